export { AccountForm } from './account-form.tsx';
