import { create, part } from './dom';

export interface Notice {
  /** One notice a topic: a newer one takes the older one's place. */
  topic: 'gateway' | 'fault' | 'chat';
  text: string;
  tone: 'error' | 'warning';
  action?: { label: string; run: () => void };
}

const shown = new Map<Notice['topic'], { text: string; element: HTMLElement }>();

export function showNotice({ topic, text, tone, action }: Notice): void {
  if (shown.get(topic)?.text === text) {
    return;
  }

  clearNotice(topic);
  const element = create(
    'div',
    'notice',
    { 'data-tone': tone, 'data-testid': `notice-${topic}`, role: tone === 'error' ? 'alert' : 'status' },
    create('p', '', {}, text)
  );

  const button = create('button', 'button', { type: 'button' }, action?.label ?? 'Dismiss');
  button.addEventListener('click', () => {
    clearNotice(topic);
    action?.run();
  });

  // What heals by itself also goes by itself.
  if (action || topic !== 'gateway') {
    element.append(button);
  }

  part('notices').append(element);
  shown.set(topic, { text, element });
}

export function clearNotice(topic: Notice['topic']): void {
  shown.get(topic)?.element.remove();
  shown.delete(topic);
}
