import { describe } from 'vitest';
import { testPyRowCases } from './pyRowCases.js';

describe('SEQ004 finds in Python', () => {
  testPyRowCases('SEQ004', [
    { name: 'a client of boto3', lines: [4], body: `
for row in batch.itertuples():
    s3 = boto3.client("s3")
    print(s3)` },
    { name: 'a session', lines: [4], body: `
for url in batch["data"]:
    with requests.Session() as session:
        self.use(session)` },
    { name: 'a session in a coroutine that is run once', lines: [5], code: `
import asyncio, aiohttp
class P:
    async def load(self, batch):
        for url in batch["data"]:
            async with aiohttp.ClientSession() as session:
                self.use(session)
    def __call__(self, batch):
        asyncio.run(self.load(batch))
        return batch` },
    { name: 'an event loop for what costs nothing', lines: [4], body: `
for text in batch["data"]:
    self.out.append(asyncio.new_event_loop().time())` },
    { name: 'a model of spaCy', lines: [4], body: `
for text in batch["data"]:
    nlp = spacy.load("en_core_web_sm")` },
    { name: 'a model of whisper', lines: [4], body: `
for path in batch["data"]:
    self.texts.append(whisper.load_model("base").transcribe(path))` },
  ]);
});

describe('SEQ004 leaves alone in Python', () => {
  testPyRowCases('SEQ004', [
    { name: 'an event loop for one call, of which SEQ002 speaks', lines: [], body: `
for text in batch["data"]:
    loop = asyncio.new_event_loop()
    self.out.append(loop.run_until_complete(self._llm.generate(text=text)))` },
    { name: 'a model for the language of the row', body: `
for row in batch.itertuples():
    nlp = spacy.load(row.language)` },
    { name: 'what is made once and kept', body: `
for url in batch["data"]:
    if self._s3 is None:
        self._s3 = boto3.client("s3")` },
    { name: 'what is made before the loop', body: `
session = requests.Session()
for url in batch["data"]:
    self.use(session, url)` },
  ]);
});
