// Server-sent events read from a fetch body, since EventSource cannot send a token.

/** The server says something every 15 s; a longer silence is a dead line. */
const SILENCE = 40_000;

/** Yield {event, data, id} until the stream ends; throws when it breaks. */
export async function* readEvents(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  try {
    for (;;) {
      const { value, done } = await within(SILENCE, reader.read());
      if (done) return;
      const blocks = (text + value).split(/\r?\n\r?\n/);
      text = blocks.pop();
      for (const block of blocks) {
        const event = parse(block);
        if (event.data) yield { ...event, data: JSON.parse(event.data) };
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function parse(block) {
  const event = { event: "message", data: "", id: undefined };
  for (const line of block.split(/\r?\n/)) {
    const [, field, value] = /^(\w*):? ?(.*)$/s.exec(line) ?? [];
    if (field === "data") event.data += (event.data && "\n") + value;
    else if (field === "event" || field === "id") event[field] = value;
  }
  return event;
}

function within(milliseconds, promise) {
  let timer;
  const silent = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("silent")), milliseconds);
  });
  return Promise.race([promise, silent]).finally(() => clearTimeout(timer));
}
