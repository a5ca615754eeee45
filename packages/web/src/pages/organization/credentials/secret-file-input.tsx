import { FileUp } from 'lucide-react';
import { useRef, useState } from 'react';
import type { UseFormRegisterReturn } from 'react-hook-form';
import { Button } from '../../../ui/button.tsx';
import { Textarea } from '../../../ui/textarea.tsx';
import { UserText } from '../../../ui/user-text.tsx';

export interface SecretFileInputProps {
  registered: UseFormRegisterReturn;
  onText: (text: string) => void;
}

/** More than any key or kubeconfig: something else was chosen. */
const LARGEST = 256 * 1024;

/** A secret of several lines: pasted, where it is not shown, or taken from a file. */
export function SecretFileInput({ registered, onText }: SecretFileInputProps) {
  const chooser = useRef<HTMLInputElement>(null);
  const [chosen, setChosen] = useState<string>();
  const [fault, setFault] = useState<string>();
  const take = async (file: File): Promise<void> => {
    setChosen(undefined);
    setFault(undefined);
    if (file.size > LARGEST) {
      setFault(`${file.name} is larger than 256 kB: it is no key.`);
      return;
    }
    onText((await file.text()).trim());
    setChosen(file.name);
  };
  return (
    <div className="flex flex-col gap-2">
      <Textarea
        {...registered}
        mono
        rows={3}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="none"
        className="[-webkit-text-security:disc]"
      />
      <div className="flex flex-wrap items-center gap-2 text-muted text-xs">
        <Button size="sm" icon={<FileUp aria-hidden />} onClick={() => chooser.current?.click()}>
          Choose a file
        </Button>
        <span role="status" className="min-w-0 break-words">
          {chosen === undefined ? fault : <UserText text={`Taken from ${chosen}`} />}
        </span>
      </div>
      {/* The button above is what is seen and reached by keyboard. */}
      <input
        ref={chooser}
        type="file"
        hidden
        aria-hidden
        tabIndex={-1}
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file !== undefined) void take(file);
          event.target.value = '';
        }}
      />
    </div>
  );
}
