import { afterEach, beforeAll } from 'vitest';
import { forget } from './secrets';
import { tidy } from './stage';

beforeAll(forget);
afterEach(tidy);
