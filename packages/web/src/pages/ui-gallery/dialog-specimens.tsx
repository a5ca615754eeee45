import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog, type ConfirmDialogProps } from '../../ui/confirm-dialog.tsx';
import { Dialog, DialogClose, DialogContent, DialogTrigger } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { FormDialogContent } from '../../ui/form-dialog.tsx';
import { Input } from '../../ui/input.tsx';
import { Specimen } from './specimen.tsx';

/** Dialogs that show, take a form, or ask before something is done. */
export function DialogSpecimens() {
  return (
    <>
      <Specimen name="Dialog, FormDialogContent">
        <PlainSpecimen />
        <FormSpecimen />
      </Specimen>
      <Specimen name="ConfirmDialog">
        <ConfirmSpecimen label="Delete service" {...deletion} />
        <ConfirmSpecimen label="Under way" {...deletion} busy />
        <ConfirmSpecimen label="Refused" {...deletion} failure={refusal} />
        <ConfirmSpecimen
          label="Cancel update"
          tone="danger"
          title="Cancel this update?"
          description="Nothing more is begun; what was done until then stays."
          cancelLabel="Let it go on"
          confirmLabel="Cancel update"
        />
        <ConfirmSpecimen
          label="Roll back"
          title="Roll back to deployment #12?"
          description="What serves now goes on until it answers."
          cancelLabel="Not now"
          confirmLabel="Roll back"
        />
      </Specimen>
    </>
  );
}

const deletion = {
  title: 'Delete the service api?',
  name: 'api',
  losses: ['2 running instances, which stop at once', '14 deployments with their logs', '6 variables'],
  note: 'The source in Git stays as it is.',
  confirmLabel: 'Delete service',
} as const;

const refusal = {
  message: 'A deployment of the service is under way.',
  hint: 'Cancel it first, or wait until it has ended.',
  requestId: '01JD3K8Z7R2M5C0V9H4T6W1X8Y',
};

type Question = Omit<ConfirmDialogProps, 'open' | 'onClose' | 'onConfirm'>;

function ConfirmSpecimen({ label, ...question }: Question & { label: string }) {
  const [open, setOpen] = useState(false);
  const close = (): void => setOpen(false);
  return (
    <>
      <Button variant={question.name === undefined ? 'secondary' : 'danger-outline'} onClick={() => setOpen(true)}>
        {label}
      </Button>
      <ConfirmDialog {...(question as ConfirmDialogProps)} open={open} onClose={close} onConfirm={close} />
    </>
  );
}

function PlainSpecimen() {
  return (
    <Dialog>
      <DialogTrigger asChild>
        <Button>Dialog</Button>
      </DialogTrigger>
      <DialogContent
        title="API token made"
        description="It is shown once."
        footer={
          <DialogClose asChild>
            <Button variant="primary">Done</Button>
          </DialogClose>
        }
      >
        <p className="text-sm">Put it where the program keeps its secrets.</p>
      </DialogContent>
    </Dialog>
  );
}

function FormSpecimen() {
  const [open, setOpen] = useState(false);
  return (
    <Dialog open={open} onOpenChange={setOpen}>
      <DialogTrigger asChild>
        <Button>Form</Button>
      </DialogTrigger>
      <FormDialogContent
        title="New project"
        description="A project holds services that belong together."
        submitLabel="Make project"
        onSubmit={(event) => {
          event.preventDefault();
          setOpen(false);
        }}
      >
        <Field label="Name">
          <Input placeholder="shop" />
        </Field>
      </FormDialogContent>
    </Dialog>
  );
}
