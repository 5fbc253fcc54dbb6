import type { createDirectLine } from 'webchat';

type DirectLine = ReturnType<typeof createDirectLine>;
type Posted = ReturnType<DirectLine['postActivity']>;

/**
 * Lets each post wait for the answer to the one before. Otherwise two messages that are typed quickly travel on two
 * connections, and whichever arrives first comes first in the conversation.
 */
export function postInOrder(directLine: DirectLine): DirectLine {
  const post = directLine.postActivity.bind(directLine);
  let previous: Promise<unknown> = Promise.resolve();

  directLine.postActivity = activity => {
    const answered = previous.then(() => post(activity).toPromise());
    previous = answered.catch(() => undefined);

    // Of an observable, Web Chat uses this much.
    return {
      subscribe({ next, error, complete }: { next(id: string): void; error(reason: unknown): void; complete(): void }) {
        let wanted = true;
        answered.then(
          id => {
            if (wanted) {
              next(id);
              complete();
            }
          },
          reason => wanted && error(reason)
        );
        return { unsubscribe: () => (wanted = false) };
      }
    } as unknown as Posted;
  };

  return directLine;
}
