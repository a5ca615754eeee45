import { useState } from 'react';
import { type Explanation, explainError } from '../../data/explain-error.ts';
import { useArchiveUpload } from '../../data/use-archive-upload.ts';
import { useDeployUpload } from '../../data/use-services.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogClose, DialogContent } from '../../ui/dialog.tsx';
import { FormError } from '../../ui/form-error.tsx';
import type { PreparedSource } from './prepared-source.ts';
import { SourceChooser } from './source-chooser.tsx';

export interface UploadVersionDialogProps {
  projectId: string;
  serviceId: string;
  open: boolean;
  onClose: () => void;
}

/** Uploads a folder or an archive as the next version of a service, and deploys it. */
export function UploadVersionDialog({ open, onClose, ...rest }: UploadVersionDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
    >
      {open ? <UploadVersion onClose={onClose} {...rest} /> : null}
    </Dialog>
  );
}

function UploadVersion({ projectId, serviceId, onClose }: Omit<UploadVersionDialogProps, 'open'>) {
  const [source, setSource] = useState<PreparedSource>();
  const [failure, setFailure] = useState<Explanation>();
  const { progress, upload, cancel } = useArchiveUpload();
  const deploy = useDeployUpload(projectId, serviceId);
  async function send(prepared: PreparedSource): Promise<void> {
    setFailure(undefined);
    try {
      const uploadId = await upload(prepared.pack);
      if (uploadId === undefined) return;
      await deploy.mutateAsync(uploadId);
      onClose();
    } catch (error) {
      setFailure(explainError(error));
    }
  }
  return (
    <DialogContent
      title="Upload a new version"
      description="It is built and started; what serves now goes on until the new version answers."
      footer={
        <>
          <DialogClose asChild>
            <Button>Close</Button>
          </DialogClose>
          <Button
            variant="primary"
            busy={progress !== undefined || deploy.isPending}
            disabled={source === undefined || source.refusal !== undefined}
            onClick={() => {
              if (source !== undefined) void send(source);
            }}
          >
            Upload and deploy
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <FormError message={failure?.title} hint={failure?.hint} requestId={failure?.requestId} />
        <SourceChooser source={source} onChoose={setSource} progress={progress} onCancel={cancel} />
      </div>
    </DialogContent>
  );
}
