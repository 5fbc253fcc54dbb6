import { create, part } from './dom';
import { hueOf } from './nodeColors';

/** One reply of the bot, and who gave it. */
export interface Answer {
  id: string;
  node: string;
  revision: number;
  text: string;
  /** From sending the message to seeing its reply; missing when the reply names no message of this page. */
  milliseconds?: number | undefined;
}

const limit = 200;

/** The list of replies with their nodes, latest first. */
export class AnswersView {
  readonly #list = part('answers');
  readonly #seen = new Set<string>();
  #last: Answer | undefined;

  add(answer: Answer): void {
    // A stream that was taken up again repeats what it is not sure the page has seen.
    if (this.#seen.has(answer.id)) {
      return;
    }

    this.#seen.add(answer.id);
    part('no-answers').hidden = true;
    this.#list.prepend(this.#row(answer));
    if (this.#list.children.length > limit) {
      this.#list.lastElementChild?.remove();
    }

    this.#last = answer;
  }

  clear(): void {
    this.#list.replaceChildren();
    this.#seen.clear();
    this.#last = undefined;
    part('no-answers').hidden = false;
  }

  #row(answer: Answer): HTMLElement {
    const moved = this.#last !== undefined && this.#last.node !== answer.node;
    return create(
      'li',
      'answer',
      {
        'data-testid': 'answer',
        'data-node': answer.node,
        'data-revision': String(answer.revision),
        style: `--hue: ${hueOf(answer.node)}`
      },
      create(
        'p',
        'answer-who',
        {},
        create('span', 'dot', { 'aria-hidden': 'true' }),
        create('strong', '', {}, answer.node)
      ),
      create('p', 'answer-numbers', {}, this.#numbers(answer)),
      ...(moved ? [create('p', 'moved', {}, `took over from ${this.#last!.node}`)] : []),
      create('p', 'answer-text', { title: answer.text }, answer.text)
    );
  }

  #numbers({ revision, milliseconds }: Answer): string {
    if (milliseconds === undefined) {
      return `revision ${revision}`;
    }

    const time = milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
    return `revision ${revision} in ${time}`;
  }
}
