// Waiting that can be cut short, and how long to wait.

export class Pause {
  #wake = () => {};

  /** Resolve after that long, or when woken. */
  wait(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  wake() {
    this.#wake();
  }
}

/** Longer after each failure, and not the same for all guests. */
export const backoff = (failures) => 300 + Math.random() * Math.min(30_000, 1000 * 2 ** failures);
