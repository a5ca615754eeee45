export { AccountForm, type AccountFormProps } from './account-form.tsx';
