import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Cluster } from './cluster.mjs';
import { Conversation } from './conversation.mjs';

const pollBot = fileURLToPath(new URL('../../samples/PollBot', import.meta.url));
const arrivalMilliseconds = 60_000;

let cluster;

before(async () => {
  cluster = await Cluster.start({ bot: pollBot });
});

after(() => cluster?.stop());

/** What a client shows that keeps activities by their id, and sorts them by their number, as Web Chat does. */
function shown(conversation) {
  const byId = new Map(conversation.received.map(activity => [activity.id, activity]));
  return [...byId.values()]
    .filter(activity => activity.type === 'message')
    .sort((a, b) => a.channelData['webchat:sequence-id'] - b.channelData['webchat:sequence-id'])
    .map(activity => activity.text);
}

async function until(conversation, ...texts) {
  const isThere = () => JSON.stringify(shown(conversation)) === JSON.stringify(texts);
  try {
    await conversation.until(isThere, arrivalMilliseconds, `what is to be seen`);
  } catch (error) {
    throw new Error(`${error.message}\nTo be seen: ${texts.join(' | ')}\nSeen: ${shown(conversation).join(' | ')}\n${cluster.output}`, { cause: error });
  }
}

for (const webSocket of [true, false]) {
  const way = webSocket ? 'through a WebSocket' : 'by polling';

  test(`an update comes under the id that the client knows, and a deletion too, ${way}`, { timeout: 180_000 }, async () => {
    const conversation = await Conversation.start(cluster.url, { webSocket });
    try {
      await conversation.send('Pizza?');
      await until(conversation, 'Pizza?', 'Pizza? 0 yes, 0 no');
      await conversation.send('yes');
      await until(conversation, 'Pizza?', 'Pizza? 1 yes, 0 no', 'yes');
      if (webSocket) {
        // What changes while the line is down is there when it is up again.
        conversation.cut();
      }

      await conversation.send('no');
      await until(conversation, 'Pizza?', 'Pizza? 1 yes, 1 no', 'yes', 'no');
      await conversation.send('close');
      await until(conversation, 'Pizza?', 'yes', 'no', 'close', 'Pizza? No.');

      const polls = conversation.received.filter(activity => activity.id === conversation.replies[0].id);
      assert.deepEqual(polls.map(activity => activity.text ?? activity.name), ['Pizza? 0 yes, 0 no', 'Pizza? 1 yes, 0 no', 'Pizza? 1 yes, 1 no', 'messageDelete']);
      assert.equal(new Set(polls.map(activity => activity.timestamp)).size, 1, 'one time');
    } finally {
      conversation.end();
    }
  });
}
