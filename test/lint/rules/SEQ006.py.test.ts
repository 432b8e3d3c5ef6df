import { describe } from 'vitest';
import { testPyRowCases } from './pyRowCases.js';

const group = (make: string, start: string) => `
import anyio, asyncio, trio
class P:
    async def one(self, i, text):
        self.results[i] = await self._llm.generate(text=text)
    async def all(self, batch):
        async with ${make} as group:
            for i, text in enumerate(batch["data"]):
                ${start}
    def __call__(self, batch):
        asyncio.run(self.all(batch))
        return batch`;

const connections = (make: string, use: string) => `
import aiohttp, asyncio, httpx
class P:
    async def all(self, batch):
        async with ${make} as client:
            async def one(url):
                return ${use}
            return await asyncio.gather(*[one(url) for url in batch["data"]])
    def __call__(self, batch):
        batch["body"] = asyncio.run(self.all(batch))
        return batch`;

describe('SEQ006 finds in Python', () => {
  testPyRowCases('SEQ006', [
    { name: 'a client with as many connections as it likes', lines: [7], code: connections('httpx.AsyncClient(timeout=5)', '(await client.get(url)).text') },
    { name: 'a connector that says something else', lines: [7], code: connections('aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=False))', '(await client.get(url)).status') },
    { name: 'a group of asyncio', lines: [8], code: group('asyncio.TaskGroup()', 'group.create_task(self.one(i, text))') },
    { name: 'a group of anyio', lines: [8], code: group('anyio.create_task_group()', 'group.start_soon(self.one, i, text)') },
    { name: 'a nursery of trio', lines: [8], code: group('trio.open_nursery()', 'group.start_soon(self.one, i, text)') },
    { name: 'tasks that are all started, and taken as they are done', lines: [5], code: `
import asyncio
class P:
    async def __call__(self, batch):
        pending = {
            asyncio.create_task(self._llm.generate(text=text)) for text in batch["data"]
        }
        while pending:
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        return batch` },
    { name: 'a group whose tasks are asked for their results', lines: [6], code: `
import asyncio
class P:
    async def __call__(self, batch):
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._llm.generate(text=text)) for text in batch["data"]
            ]
        batch["answer"] = [task.result() for task in tasks]
        return batch` },
  ]);
});

describe('SEQ006 leaves alone in Python', () => {
  testPyRowCases('SEQ006', [
    { name: 'connections of httpx', code: connections('httpx.AsyncClient(limits=httpx.Limits(max_connections=8))', '(await client.get(url)).text') },
    { name: 'connections of aiohttp', code: connections('aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=8))', '(await client.get(url)).status') },
    { name: 'tasks of a group that wait at a semaphore', code: `
import asyncio
class P:
    async def one(self, limit, text):
        async with limit:
            await self._llm.generate(text=text)
    async def __call__(self, batch):
        limit = asyncio.Semaphore(8)
        async with asyncio.TaskGroup() as group:
            for text in batch["data"]:
                group.create_task(self.one(limit, text))
        return batch` },
    { name: 'a wait for room between the rows', code: `
import asyncio
class P:
    async def __call__(self, batch):
        pending = set()
        for text in batch["data"]:
            if len(pending) >= 8:
                done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            pending.add(asyncio.create_task(self._llm.generate(text=text)))
        await asyncio.wait(pending)
        return batch` },
    { name: 'a group for each part', code: `
import asyncio
class P:
    async def __call__(self, batch):
        texts = batch["data"].tolist()
        for start in range(0, len(texts), 8):
            async with asyncio.TaskGroup() as group:
                for text in texts[start:start + 8]:
                    group.create_task(self._llm.generate(text=text))
        return batch` },
    { name: 'a few workers of a group', code: `
import asyncio
class P:
    async def work(self, queue):
        while True:
            text = await queue.get()
            await self._llm.generate(text=text)
    async def __call__(self, batch):
        queue = asyncio.Queue()
        for text in batch["data"]:
            queue.put_nowait(text)
        async with asyncio.TaskGroup() as group:
            for _ in range(4):
                group.create_task(self.work(queue))
        return batch` },
  ]);
});
