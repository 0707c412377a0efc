import { openMemoryStore } from './memory.ts';
import { storeSuite } from './store-suite.ts';
import { sha256 } from './suite-fixtures.ts';

storeSuite('memory', async () => openMemoryStore({ sha256 }));
