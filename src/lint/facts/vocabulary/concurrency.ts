/** Words of waiting, queues, limits and parts. */
import { wordsOf } from './words.js';

/** Waits until one of a limited number of places is free. */
export function isSemaphoreMethod(name: string): boolean {
  return /^(acquire|tryAcquire|lock|runExclusive|throttle|waitForSlot)$/.test(name);
}

/** Goes on when a promise is done. */
export function isContinuing(name: string): boolean {
  return /^(then|catch|finally)$/.test(name);
}

/** Makes something that lets only so many run at a time. */
export function isLimiterMaker(name: string): boolean {
  return /^p?-?limit$|(semaphore|sema|mutex|queue|limiter|bottleneck|executor)$/i.test(name);
}

/** Tells the time: a loop that asks for nothing else is waiting. */
export function isClock(receiver: string, name: string): boolean {
  return name === 'now' && /^(Date|performance)$/.test(receiver);
}

/** Runs its function for many items at a time, with a limit: the way per-row I/O is meant to be done. */
export function isConcurrencyHelper(name: string): boolean {
  return /^(parallel|concurrent)|Limit$|(Concurrent|Parallel)(ly)?$|^(pMap|pAll|pFilter|asyncPool|promisePool|mapConcurrently|gather)$/.test(name);
}

/** Says how many of them run at a time. */
export function isLimitName(name: string): boolean {
  return /^(concurrency|limit|limitPerHost|maxConcurrent|maxConcurrency|maxConnections|maxWorkers|concurrentLimit|parallelism)$/.test(name);
}

/** Takes a list of promises that already run. */
export function isGathering(name: string): boolean {
  return /^(all|allSettled|any|race|settle|gather)/.test(name) || /(All|Settled)$/.test(name);
}

/** Runs its function for one item after the other. */
export function isSeriesHelper(name: string): boolean {
  return /Series$|Sequential(ly)?$|^(eachSeries|pEachSeries|pReduce|forEachSeries|series)$/.test(name);
}

/** Hands a task to a queue or pool that runs it later. */
export function isQueueMethod(name: string): boolean {
  return /^(add|enqueue|schedule|submit|defer|push|run|addTask)$/.test(name) || startsTask(name);
}

/** Starts a task at once, however many there are: what `asyncio.create_task` is to the facts. */
export function startsTask(name: string): boolean {
  return name === 'startTask';
}

/** Splits a list into smaller lists. */
export function isSplitter(name: string): boolean {
  return wordsOf(name).some((word) =>
    /^(chunk(s|ed|ify)?|batch(es|ed|ify)?|group(s|ed|by)?|partition(s|ed)?|bucket(s|ed|ize|by)?|window(s|ed)?|shard(s|ed)?|split|slices|paginate|pages|minibatch(es)?)$/.test(word),
  );
}

/** Names a variable that holds a part of the rows. */
export function isPartName(name: string): boolean {
  return /^(chunk|batch|group|slice|shard|bucket|page|window|partition|members|subset)$/.test(wordsOf(name).at(-1) ?? '');
}
