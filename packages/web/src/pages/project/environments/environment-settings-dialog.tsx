import { type FormEvent, useState } from 'react';
import { failureOf } from '../../../data/explain-error.ts';
import { type Environment, useUpdateEnvironment } from '../../../data/use-environments.ts';
import { useCan } from '../../../data/use-session.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog, DialogClose, DialogContent } from '../../../ui/dialog.tsx';
import { Field } from '../../../ui/field.tsx';
import { FormDialogContent } from '../../../ui/form-dialog.tsx';
import { KeyValueList } from '../../../ui/key-value-list.tsx';
import { Select } from '../../../ui/select.tsx';
import { hoursChoices, hoursOf, hoursText } from './drift-check-hours.ts';

export interface EnvironmentSettingsDialogProps {
  projectId: string;
  environment: Environment;
  onClose: () => void;
}

const approvals = [
  { value: 'none', label: 'Nobody' },
  { value: 'another_member', label: 'Another member than who asked' },
] as const satisfies readonly { value: Environment['deployApproval']; label: string }[];

/** How the cloud resources of an environment are guarded: seen by everybody, changed by admins. */
export function EnvironmentSettingsDialog(props: EnvironmentSettingsDialogProps) {
  const isAdmin = useCan('admin');
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) props.onClose();
      }}
    >
      {isAdmin ? <SettingsForm {...props} /> : <SettingsFacts environment={props.environment} />}
    </Dialog>
  );
}

const titleOf = ({ name }: Environment): string => `Settings of ${name}`;

function SettingsFacts({ environment }: Pick<EnvironmentSettingsDialogProps, 'environment'>) {
  const { deployApproval, driftCheckHours } = environment;
  return (
    <DialogContent
      title={titleOf(environment)}
      description="How its cloud resources are guarded. Admins change it."
      footer={
        <DialogClose asChild>
          <Button>Close</Button>
        </DialogClose>
      }
    >
      <KeyValueList
        items={[
          {
            label: 'Who approves deployments',
            value: approvals.find(({ value }) => value === deployApproval)?.label ?? deployApproval,
          },
          { label: 'Looking for drift', value: hoursText(driftCheckHours) },
        ]}
      />
    </DialogContent>
  );
}

function SettingsForm({ projectId, environment, onClose }: EnvironmentSettingsDialogProps) {
  const update = useUpdateEnvironment(projectId, environment.id);
  const [approval, setApproval] = useState(environment.deployApproval);
  const [hours, setHours] = useState(environment.driftCheckHours);
  function submit(event: FormEvent): void {
    event.preventDefault();
    update.mutate({ deployApproval: approval, driftCheckHours: hours }, { onSuccess: onClose });
  }
  return (
    <FormDialogContent
      title={titleOf(environment)}
      description="How its cloud resources are guarded."
      submitLabel="Save"
      busy={update.isPending}
      failure={failureOf(update.error)}
      onSubmit={submit}
    >
      <Field
        label="Who approves deployments"
        hint="With another member, each deployment of a cloud resource is previewed and waits until somebody else approves it."
      >
        <Select value={approval} onValueChange={setApproval} options={approvals} />
      </Field>
      <Field
        label="Looking for drift"
        hint="Compares what is there with what davit left, and changes nothing. It can also be asked for at each resource."
      >
        <Select
          value={String(hours ?? 'never')}
          onValueChange={(value) => setHours(hoursOf(value))}
          options={hoursChoices(environment.driftCheckHours)}
        />
      </Field>
    </FormDialogContent>
  );
}
