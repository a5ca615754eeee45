import { Boxes, Plus } from 'lucide-react';
import { Alert } from '../../ui/alert.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Progress } from '../../ui/progress.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { Section, Specimen } from './specimen.tsx';

const tones = ['neutral', 'accent', 'info', 'success', 'warning', 'danger'] as const;

export function FeedbackSection() {
  return (
    <Section id="feedback" title="Feedback">
      <Specimen name="Alert" stack>
        {tones.map((tone) => (
          <Alert key={tone} tone={tone} title={`An alert that is ${tone}`}>
            What happened, why, and what to do.
          </Alert>
        ))}
        <Alert
          tone="warning"
          title="2 variables changed since the last deployment"
          action={<Button size="sm">Deploy</Button>}
          onDismiss={() => undefined}
        />
        <Alert banner tone="warning" title="The server cannot be reached">
          Trying again in 4 s. What you see may be old.
        </Alert>
      </Specimen>
      <Specimen name="EmptyState" stack>
        <EmptyState
          icon={<Boxes aria-hidden />}
          title="No services yet"
          action={
            <Button variant="primary" icon={<Plus aria-hidden />}>
              New service
            </Button>
          }
        >
          Add one from a Git URL, a folder of yours, or an example.
        </EmptyState>
      </Specimen>
      <Specimen name="Spinner, Progress, Skeleton" stack>
        <Spinner label="Loading" />
        <Progress label="Upload" value={0.6} />
        <Progress label="Working" />
        <div className="flex flex-col gap-2">
          <Skeleton className="w-1/3" />
          <Skeleton className="w-2/3" />
          <Skeleton className="h-16 w-full" />
        </div>
      </Specimen>
      <Specimen name="Badge">
        {tones.map((tone) => (
          <Badge key={tone} tone={tone}>
            {tone}
          </Badge>
        ))}
        <Badge size="md" tone="accent">
          medium
        </Badge>
        <span className="w-32">
          <Badge>a badge that has no room for all its words</Badge>
        </span>
      </Specimen>
    </Section>
  );
}
