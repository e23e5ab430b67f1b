import { countingTopics } from './counting';
import { languageTopics } from './language';
import { lockingTopics } from './locking';
import { pointerTopics } from './pointers';
import { safetyTopics } from './safety';
import { scorePattern, type Topic, type TypedPlace } from './topic';
import { typeTopics } from './types';

/** All topics; where two match a place equally well, the earlier one is told. */
export const topics: readonly Topic[] = [
  ...typeTopics,
  ...countingTopics,
  ...pointerTopics,
  ...lockingTopics,
  ...safetyTopics,
  ...languageTopics,
];

const byId: ReadonlyMap<string, Topic> = new Map(topics.map(topic => [topic.id, topic]));

/** The topic that fits a place best; null when there is nothing to teach. */
export function findTopic(place: TypedPlace): Topic | null {
  let best: Topic | null = null;
  let most = 0;
  for (const topic of topics) {
    for (const pattern of topic.at) {
      const score = scorePattern(pattern, place);
      if (score <= most) continue;
      most = score;
      best = topic;
    }
  }
  return best;
}

/**
 * How much around a place must have to do with an mm for a topic to be worth telling: everybody meets an `Option`, and
 * `unsafe` is judged in every file.
 */
export function audienceOf(topic: Topic): 'anyone' | 'file' | 'function' {
  if (safetyTopics.includes(topic)) return 'anyone';
  return languageTopics.includes(topic) ? 'function' : 'file';
}

/** A topic as Markdown, with the names of what to read next. */
export function renderTopic(topic: Topic): string {
  const related = (topic.related ?? []).flatMap(id => byId.get(id) ?? []).map(nameTopic);
  return [`**${topic.title}**`, topic.text, ...(related.length > 0 ? [`*See also:* ${related.join(', ')}`] : [])].join(
    '\n\n',
  );
}

/** Titles begin with the thing itself, as code, where there is one. */
function nameTopic({ title }: Topic): string {
  return /^`[^`]+`/.exec(title)?.[0] ?? title;
}
