import { Avatar } from '../../ui/avatar.tsx';
import { Breadcrumbs } from '../../ui/breadcrumbs.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { KeyValueList } from '../../ui/key-value-list.tsx';
import { ProviderMark, providerName } from '../../ui/provider-mark.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { SecretValue } from '../../ui/secret-value.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { UserText } from '../../ui/user-text.tsx';
import { VisuallyHidden } from '../../ui/visually-hidden.tsx';
import { Section, Specimen } from './specimen.tsx';

const loaded = Date.now();
const revealed = async (): Promise<string> => {
  await new Promise((resolve) => setTimeout(resolve, 400));
  return 'postgres://shop:s3cret@db:5432/shop';
};

export function ContentSection() {
  return (
    <Section id="content" title="Content">
      <Card
        title="Danger zone"
        tone="danger"
        description="What is done here cannot be undone."
        footer={<Button variant="danger-outline">Delete project…</Button>}
      >
        <p className="text-sm">A project with services is deleted with all of them.</p>
      </Card>
      <Card title="Deployment 14" actions={<StatusBadge status="active" />}>
        <KeyValueList
          items={[
            { label: 'Commit', value: <span className="font-mono">4fb2a1c</span> },
            { label: 'By', value: 'Ada Lovelace' },
            { label: 'Activated', value: <RelativeTime at={loaded - 3_600_000} /> },
            { label: 'Source', value: 'https://git.example/shop/api with a branch name that is rather long' },
          ]}
        />
      </Card>
      <Specimen name="CodeBlock" stack>
        <CodeBlock
          code="davit deploy --project shop --service api --environment production --wait"
          copyLabel="Copy command"
        />
        <CodeBlock wrap code={'DATABASE_URL=${{db.URL}}\nGREETING="hello \u001b[31mworld"'} />
      </Specimen>
      <Specimen name="SecretValue" stack>
        <SecretValue name="DATABASE_URL" reveal={revealed} />
        <SecretValue name="LOCKED" reveal={revealed} locked />
      </Specimen>
      <Specimen name="ProviderMark">
        {['aws', 'gcp', 'kubernetes', 'another', null].map((provider) => (
          <span key={provider} className="inline-flex items-center gap-2 text-sm">
            <ProviderMark provider={provider} />
            {providerName(provider)}
          </span>
        ))}
      </Specimen>
      <Specimen name="Breadcrumbs, Avatar">
        <Breadcrumbs
          items={[
            { key: 'projects', content: <a href="#content">Projects</a> },
            { key: 'shop', content: <a href="#content">shop</a> },
            { key: 'production', content: 'production' },
          ]}
        />
        <Avatar name="Ada Lovelace" />
        <Avatar name="grace@example.com" />
        <Avatar name="davit" square />
        <Avatar name="東京" />
        <VisuallyHidden>Only read out.</VisuallyHidden>
      </Specimen>
      <Specimen name="UserText">
        <UserText text={'<img src=x onerror=alert(1)>'} />
        <UserText text={'invoice\u202efdp.exe'} />
        <UserText text="שירות" />
        <UserText text={'bell\u0007 and escape \u001b[2J'} />
      </Specimen>
    </Section>
  );
}
