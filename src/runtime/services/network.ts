/**
 * The HTTP client, in a module of its own that others import when they first need it: it costs tens of milliseconds.
 * (A bundled CommonJS package keeps its named exports only through a static import such as this one.)
 */
export { Agent, EnvHttpProxyAgent, request } from 'undici';
