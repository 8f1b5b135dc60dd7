// The small menu of the header, and the question before anything is lost.

import { byId } from "./dom.js";
import { say } from "./words.js";

/** Run an action, named as its item in the menu, once the guest has confirmed it. */
export function onMenu(actions) {
  const menu = byId("menu");
  const close = () => {
    menu.open = false;
  };
  document.addEventListener("click", ({ target }) => menu.contains(target) || close());
  menu.addEventListener("focusout", ({ relatedTarget }) => relatedTarget && !menu.contains(relatedTarget) && close());
  menu.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    close();
    menu.firstElementChild.focus();
  });
  for (const [name, action] of Object.entries(actions)) {
    byId(name).addEventListener("click", () => {
      menu.firstElementChild.focus();
      close();
      confirm(name, action);
    });
  }
}

/** Ask in a dialog; Escape means no. */
function confirm(name, action) {
  const dialog = byId("confirm");
  byId("confirm-title").textContent = `${say(name)}?`;
  byId("confirm-yes").textContent = say(name);
  byId("confirm-yes").onclick = () => {
    dialog.close();
    action();
  };
  byId("confirm-no").onclick = () => dialog.close();
  dialog.showModal();
}
