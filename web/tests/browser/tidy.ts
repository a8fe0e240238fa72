import { afterEach } from 'vitest';
import { tidy } from './stage';

afterEach(tidy);
