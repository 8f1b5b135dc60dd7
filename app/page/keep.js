// What this device keeps for one business; for this visit only where the browser refuses to store.

const memory = new Map();

export class Keep {
  constructor(business) {
    this.prefix = `jirani:${business}:`;
  }

  read(name) {
    const key = this.prefix + name;
    return JSON.parse(stored((storage) => storage.getItem(key)) ?? memory.get(key) ?? null);
  }

  write(name, value) {
    const [key, text] = [this.prefix + name, JSON.stringify(value)];
    memory.set(key, text);
    stored((storage) => storage.setItem(key, text));
  }

  remove(name) {
    memory.delete(this.prefix + name);
    stored((storage) => storage.removeItem(this.prefix + name));
  }

  /** Tell the name of what another tab changed. */
  watch(changed) {
    addEventListener("storage", ({ key }) => key?.startsWith(this.prefix) && changed(key.slice(this.prefix.length)));
  }
}

function stored(use) {
  try {
    return use(localStorage);
  } catch {
    return null;
  }
}
