import { Search } from 'lucide-react';
import { useState } from 'react';
import { AutocompleteInput } from '../../ui/autocomplete-input.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Combobox } from '../../ui/combobox.tsx';
import { Field } from '../../ui/field.tsx';
import { FileDrop } from '../../ui/file-drop.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { Input } from '../../ui/input.tsx';
import { NumberStepper } from '../../ui/number-stepper.tsx';
import { PasswordInput } from '../../ui/password-input.tsx';
import { RadioGroup } from '../../ui/radio-group.tsx';
import { Select } from '../../ui/select.tsx';
import { Slider } from '../../ui/slider.tsx';
import { Switch } from '../../ui/switch.tsx';
import { Textarea } from '../../ui/textarea.tsx';
import { Section, Specimen } from './specimen.tsx';

const references = [
  { text: '${{api.URL}}', detail: 'api' },
  { text: '${{api.PORT}}', detail: 'api' },
  { text: '${{worker.QUEUE}}', detail: 'worker' },
  { text: '${{shared.REGION}}', detail: 'shared' },
];
const branches = ['main', 'develop', 'release/1.4', 'fix/timeouts'].map((text) => ({ text }));

export function FormSection() {
  return (
    <Section id="forms" title="Forms">
      <Specimen name="Field with Input, Textarea, PasswordInput" stack>
        <Field label="Name" hint="Small letters, digits and hyphens." required aside="0 / 40">
          <Input placeholder="api" />
        </Field>
        <Field label="Name" error="A service of this name exists in production. Choose another.">
          <Input defaultValue="api" />
        </Field>
        <Field label="Disabled">
          <Input disabled defaultValue="cannot be changed" />
        </Field>
        <Field label="Search services" hideLabel>
          <Input leading={<Search aria-hidden />} placeholder="Search services" />
        </Field>
        <Field label="Value" hint="Several lines are fine.">
          <Textarea mono defaultValue={'first line\nsecond line'} />
        </Field>
        <Field label="Password" hint="At least 12 characters.">
          <PasswordInput autoComplete="new-password" defaultValue="correct horse battery" />
        </Field>
      </Specimen>
      <ChoiceSpecimen />
      <ReferenceSpecimen />
      <NumberSpecimen />
      <Specimen name="FileDrop" stack>
        <FileDropSpecimen />
      </Specimen>
      <Specimen name="FormError" stack>
        <FormError
          message="The password is wrong."
          hint="Try again, or ask an owner to invite you anew."
          requestId="01JD3K8Z7R"
        />
      </Specimen>
    </Section>
  );
}

function ChoiceSpecimen() {
  const [environment, setEnvironment] = useState<'production' | 'staging' | 'preview' | undefined>('production');
  const [role, setRole] = useState<'viewer' | 'developer'>('developer');
  const [mixed, setMixed] = useState<boolean | 'indeterminate'>('indeterminate');
  return (
    <Specimen name="Select, RadioGroup, Checkbox, Switch" stack>
      <Field label="Environment">
        <Select
          value={environment}
          onValueChange={setEnvironment}
          options={[
            { value: 'production', label: 'production', description: 'What users see' },
            { value: 'staging', label: 'staging' },
            { value: 'preview', label: 'preview', disabled: true },
          ]}
        />
      </Field>
      <Field label="Region" error="Choose a region.">
        <Select value={undefined} onValueChange={() => undefined} options={[{ value: 'eu', label: 'eu' }]} />
      </Field>
      <Field label="Role">
        <RadioGroup
          cards
          value={role}
          onValueChange={setRole}
          options={[
            { value: 'viewer', label: 'Viewer', description: 'Sees everything, changes nothing.' },
            { value: 'developer', label: 'Developer', description: 'Deploys services and edits variables.' },
          ]}
        />
      </Field>
      <Checkbox label="Send me a copy" />
      <Checkbox label="All services" hint="Two of three are chosen." checked={mixed} onCheckedChange={setMixed} />
      <Checkbox label="Disabled" disabled defaultChecked />
      <Switch label="Cron" hint="Runs at set times instead of all the time." />
      <Switch label="Public" defaultChecked />
      <Switch label="Disabled" disabled />
    </Specimen>
  );
}

function ReferenceSpecimen() {
  const [value, setValue] = useState('http://${{api.URL}}/v1');
  const [text, setText] = useState('');
  const [branch, setBranch] = useState('main');
  return (
    <Specimen name="AutocompleteInput, Combobox" stack>
      <Field label="Value" hint="Type ${{ to refer to another service's variable.">
        <AutocompleteInput value={value} onValueChange={setValue} items={references} />
      </Field>
      <Field label="Value of several lines">
        <AutocompleteInput multiline value={text} onValueChange={setText} items={references} />
      </Field>
      <Field label="Branch">
        <Combobox value={branch} onValueChange={setBranch} items={branches} listLabel="Branches" free />
      </Field>
    </Specimen>
  );
}

function NumberSpecimen() {
  const [replicas, setReplicas] = useState(2);
  const [memory, setMemory] = useState(512);
  return (
    <Specimen name="NumberStepper, Slider" stack>
      <Field label="Replicas" hint="From 0 to 10.">
        <NumberStepper value={replicas} onValueChange={setReplicas} min={0} max={10} unit="instances" />
      </Field>
      <Field label="Memory" aside={`${memory} MiB`}>
        <Slider aria-label="Memory in MiB" value={memory} onValueChange={setMemory} min={128} max={4096} step={128} />
      </Field>
    </Specimen>
  );
}

function FileDropSpecimen() {
  const [chosen, setChosen] = useState('');
  return (
    <>
      <FileDrop
        accept=".tar.gz,.tgz,.zip"
        hint="node_modules and .git stay here."
        skip={(path) => /(^|\/)(node_modules|\.git)$/.test(path)}
        onChoose={(source) => setChosen(`${source.name}: ${source.files.length} files`)}
        onError={() => setChosen('The folder could not be read.')}
      />
      <p className="text-muted text-sm">{chosen === '' ? 'Nothing chosen yet.' : chosen}</p>
    </>
  );
}
