// What the page itself says, in the guest's language.

const en = {
  skip: "Skip to the message box",
  conversation: "Conversation",
  online: "Online",
  person: "A person is answering you",
  connecting: "Connecting…",
  offline: "Offline: your messages will be sent when you're back",
  unreachable: "We can't be reached. Trying again…",
  welcome: "Welcome to {name}",
  welcome_more: "Ask anything, or book, move and cancel. In English or Kiswahili, at any hour.",
  write: "Write a message",
  send: "Send",
  left: "{count} characters left",
  too_long: "{count} characters too long. Please shorten it.",
  you: "You",
  team: "The team at {name}",
  typing: "{name} is typing…",
  sending: "Sending…",
  waiting: "Waiting for the connection",
  sent: "Sent",
  answered: "Answered",
  failed: "Not delivered",
  failed_server: "Something went wrong on our side. Please try again.",
  failed_refused: "We could not take this. Please write it in another way.",
  failed_length: "The message is too long. Please shorten it.",
  retry: "Retry",
  edit: "Edit",
  choices: "Choose an answer",
  booking: "Booking: {service}",
  with_staff: "with {staff}",
  payment: "Payment",
  today: "Today",
  yesterday: "Yesterday",
  zone: "{city} time",
  newest: "New messages",
  slow_down: "That was a lot at once. We wait {seconds} seconds, then go on sending.",
  renewed: "Your earlier conversation has ended here, so we started a new one. What you wrote is kept.",
  menu: "Menu",
  new_chat: "New conversation",
  forget: "Forget this device",
  sure: "The messages disappear from this device for good. Your bookings stay booked.",
  cancel: "Cancel",
  forgotten: "This device has forgotten the conversation.",
  again: "Chat again",
  missing: "There is no chat at this address. Please check the link.",
};

const sw = {
  skip: "Ruka hadi kwenye sehemu ya kuandika",
  conversation: "Mazungumzo",
  online: "Tuko mtandaoni",
  person: "Mtu anakujibu",
  connecting: "Tunaunganisha…",
  offline: "Huna mtandao: ujumbe wako utatumwa mtandao ukirudi",
  unreachable: "Hatupatikani. Tunajaribu tena…",
  welcome: "Karibu {name}",
  welcome_more: "Uliza chochote, weka nafasi, ibadilishe au uifute. Kwa Kiswahili au Kiingereza, saa yoyote.",
  write: "Andika ujumbe",
  send: "Tuma",
  left: "Zimebaki herufi {count}",
  too_long: "Zimezidi herufi {count}. Tafadhali fupisha.",
  you: "Wewe",
  team: "Timu ya {name}",
  typing: "{name} inaandika…",
  sending: "Inatumwa…",
  waiting: "Inasubiri mtandao",
  sent: "Imetumwa",
  answered: "Imejibiwa",
  failed: "Haikufika",
  failed_server: "Kumetokea hitilafu kwetu. Tafadhali jaribu tena.",
  failed_refused: "Hatukuweza kupokea hili. Tafadhali liandike kwa njia nyingine.",
  failed_length: "Ujumbe ni mrefu mno. Tafadhali ufupishe.",
  retry: "Jaribu tena",
  edit: "Hariri",
  choices: "Chagua jibu",
  booking: "Nafasi: {service}",
  with_staff: "na {staff}",
  payment: "Malipo",
  today: "Leo",
  yesterday: "Jana",
  zone: "Saa za {city}",
  newest: "Ujumbe mpya",
  slow_down: "Umetuma mengi kwa mara moja. Tunasubiri sekunde {seconds}, kisha tunaendelea kutuma.",
  renewed: "Mazungumzo ya awali yameisha hapa, kwa hiyo tumeanza mapya. Ulichoandika kimehifadhiwa.",
  menu: "Menyu",
  new_chat: "Mazungumzo mapya",
  forget: "Sahau kifaa hiki",
  sure: "Ujumbe utafutwa kabisa kwenye kifaa hiki. Nafasi ulizoweka zitabaki.",
  cancel: "Ghairi",
  forgotten: "Kifaa hiki kimesahau mazungumzo.",
  again: "Ongea tena",
  missing: "Hakuna mazungumzo kwenye anwani hii. Tafadhali kagua kiungo.",
};

const WORDS = { en, sw };

let language = "en";

export const currentLanguage = () => language;

export function speak(wanted) {
  language = wanted in WORDS ? wanted : "en";
  document.documentElement.lang = language;
}

/** The first of these tags ("sw-KE", "en_GB") that we speak, or English. */
export function spoken(...tags) {
  const short = tags.filter(Boolean).map((tag) => tag.slice(0, 2).toLowerCase());
  return short.find((tag) => tag in WORDS) ?? "en";
}

export function say(name, values = {}) {
  return WORDS[language][name].replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}
