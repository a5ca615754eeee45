import { useState } from 'react';
import { Dialog, DialogContent } from '../../../ui/dialog.tsx';
import { Tab, TabList, TabPanel, Tabs } from '../../../ui/tabs.tsx';
import { ExampleList } from './example-list.tsx';
import { GitForm } from './git-form.tsx';
import { ImageForm } from './image-form.tsx';
import type { NewServiceTarget } from './new-service-target.ts';
import { UploadForm } from './upload-form.tsx';

export interface NewServiceDialogProps extends NewServiceTarget {
  onClose: () => void;
}

/** A service from a Git repository, from this computer, from a finished image, or from an example. */
export function NewServiceDialog({ onClose, ...target }: NewServiceDialogProps) {
  const [from, setFrom] = useState('git');
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <DialogContent title="New service" description="It is built and started at once.">
        <Tabs value={from} onValueChange={setFrom} className="gap-4">
          <TabList aria-label="Where it comes from">
            <Tab value="git">Git repository</Tab>
            <Tab value="upload">Upload</Tab>
            <Tab value="image">Image</Tab>
            <Tab value="example">Example</Tab>
          </TabList>
          <TabPanel value="git">
            <GitForm {...target} />
          </TabPanel>
          <TabPanel value="upload">
            <UploadForm {...target} />
          </TabPanel>
          <TabPanel value="image">
            <ImageForm {...target} />
          </TabPanel>
          <TabPanel value="example">
            <ExampleList {...target} />
          </TabPanel>
        </Tabs>
      </DialogContent>
    </Dialog>
  );
}
