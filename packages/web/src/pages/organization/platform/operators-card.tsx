import { useState } from 'react';
import { failureOf } from '../../../data/explain-error.ts';
import { useApiForm } from '../../../data/forms/use-api-form.ts';
import { type Operator, useAppointOperator, useOperators, useRemoveOperator } from '../../../data/use-platform.ts';
import { Button } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { FormError } from '../../../ui/form-error.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { Table, type TableColumn } from '../../../ui/table.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import { visibleText } from '../../../ui/visible-text.ts';
import { EmailField, trimmed } from '../email-field.tsx';
import { ListFailure } from '../list-failure.tsx';

/** Who operates the installation: more can be appointed, and all but the last removed. */
export function OperatorsCard() {
  const operators = useOperators();
  const [leaving, setLeaving] = useState<Operator>();
  const isLast = operators.data?.length === 1;
  const columns: readonly TableColumn<Operator>[] = [
    { id: 'name', header: 'Name', cell: ({ name }) => <UserText text={name} className="break-words font-medium" /> },
    { id: 'email', header: 'E-mail', cell: ({ email }) => <UserText text={email} className="break-all" /> },
    { id: 'since', header: 'Since', cell: ({ since }) => <RelativeTime at={since} /> },
    {
      id: 'remove',
      header: 'Remove',
      hideHeader: true,
      align: 'end',
      cell: (operator) =>
        isLast ? (
          <span className="text-muted text-sm">The last one stays</span>
        ) : (
          <Button
            size="sm"
            variant="danger-outline"
            aria-label={`Remove ${visibleText(operator.email)} from the operators`}
            onClick={() => setLeaving(operator)}
          >
            Remove
          </Button>
        ),
    },
  ];
  return (
    <section className="flex flex-col gap-3" aria-labelledby="platform-operators">
      <div className="flex max-w-2xl flex-col gap-0.5">
        <h2 id="platform-operators" className="font-semibold text-lg">
          Operators
        </h2>
        <p className="text-muted text-sm">
          They see this page, and may back up and restore the data of all organizations. It gives no role in any of
          them.
        </p>
      </div>
      {operators.error !== null && operators.data === undefined ? (
        <ListFailure error={operators.error} onRetry={() => void operators.refetch()} />
      ) : (
        <Table
          label="Operators"
          columns={columns}
          rows={operators.data ?? []}
          rowKey={({ userId }) => userId}
          loadingRows={operators.isPending ? 1 : 0}
          empty={null}
        />
      )}
      <AppointForm />
      <RemoveDialog operator={leaving} onClose={() => setLeaving(undefined)} />
    </section>
  );
}

function AppointForm() {
  const appoint = useAppointOperator();
  const form = useApiForm('appointOperator', { defaultValues: { email: '' } });
  const onSubmit = form.submit(async (body) => {
    await appoint.mutateAsync(body);
    form.reset();
  });
  return (
    <form onSubmit={onSubmit} noValidate className="flex max-w-xl flex-col gap-3">
      <EmailField
        label="E-mail address of somebody with an account"
        error={form.errorOf('email')}
        {...form.register('email', trimmed)}
      />
      <FormError {...form.failure} />
      <Button type="submit" className="self-start" busy={form.formState.isSubmitting}>
        Make operator
      </Button>
    </form>
  );
}

function RemoveDialog({ operator, onClose }: { operator: Operator | undefined; onClose: () => void }) {
  const remove = useRemoveOperator();
  const close = (): void => {
    remove.reset();
    onClose();
  };
  if (operator === undefined) return null;
  return (
    <ConfirmDialog
      open
      onClose={close}
      title={
        <>
          Remove <UserText text={operator.name} /> from the operators?
        </>
      }
      name={operator.email}
      losses={['Their access to this page, to backups and to the findings of the doctor, at once']}
      note="Their account and their roles in organizations stay."
      confirmLabel="Remove operator"
      busy={remove.isPending}
      failure={failureOf(remove.error)}
      onConfirm={() => remove.mutate(operator.userId, { onSuccess: close })}
    />
  );
}
