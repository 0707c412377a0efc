export { visible } from '../document/visible.ts';
