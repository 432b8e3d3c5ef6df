/**
 * What names mean: the only place where lint knows libraries. Names are in camelCase whatever the language, so that
 * one table serves all front ends.
 */
export { effectOfFunction, serviceOfMaker, serviceOfName } from './remembered.js';
export { givesModel, isFunctionOfModules, itemTypeOf, serviceOfModule, serviceOfType, type Effect, type Service } from './services.js';
export { collectsOrders, effectOfLoneMethod, effectOfMade, effectOfMethod, effectOfProcess, isCallable, isDatabaseCall, isMaybeStore, type Verdict } from './effects.js';
export { makingOf, type Making } from './makings.js';
export { isClock, isContinuing, isConcurrencyHelper, isGathering, isLimiterMaker, isLimitName, isPartName, isQueueMethod, isSemaphoreMethod, isSeriesHelper, isSplitter, startsTask } from './concurrency.js';
export { countMembers, groupMembers, isBatchMember, perItemMethods, rowMethods, rowsMembers, shapeOfParameter, type Rank } from './rows.js';
