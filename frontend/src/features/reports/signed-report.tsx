import { Icon } from '../../components/icon';
import { useI18n } from '../../i18n/provider';
import { Addenda } from './addenda';
import { FoldedFlag } from './folded-flag';
import { NotAssessed } from './not-assessed';
import { Notices } from './notices';
import { PassageChip } from './passage-chip';
import { ReportActions } from './report-actions';
import { useReportScope } from './report-scope';
import classes from './report.module.css';
import { passagesOf } from './types';
import { useSectionName } from './use-section-name';
import { Versions } from './versions';

/** The signed note as a page to read; nothing in it can be edited. */
export function SignedReport({ actionsInHeader }: { actionsInHeader: boolean }) {
  const { t } = useI18n();
  const { session, report } = useReportScope();
  const name = useSectionName();
  return (
    <section className={classes.panel} aria-label={t('reports.title')} data-region="report" tabIndex={-1}>
      <div className={classes.bar}>
        <Icon name="lock" />
        <h2 className={classes.barTitle}>{t(`reports.format.${report.note_format}`)}</h2>
        <span className={classes.grow} />
        {!actionsInHeader && <ReportActions session={session} />}
      </div>
      <div className={classes.body}>
        <article className={classes.reading}>
          {Object.keys(report.sections).map((section) => (
            <section key={section} aria-label={name(section)}>
              <h3>{name(section)}</h3>
              <SignedClaims section={section} />
            </section>
          ))}
          <section className={classes.flags} aria-label={t('reports.risks')}>
            <h3>{t('reports.risks')}</h3>
            {report.risk_flags.map((flag) => <FoldedFlag key={flag.id} flag={flag} />)}
            <NotAssessed />
          </section>
          <SignatureLine />
        </article>
        <Addenda />
        <Notices />
        <Provenance />
        <Versions />
      </div>
    </section>
  );
}

function SignedClaims({ section }: { section: string }) {
  const { t } = useI18n();
  const { report, active, choose } = useReportScope();
  const claims = (report.sections[section] ?? []).flatMap((item) => report.claims.find((claim) => claim.id === item.id) ?? []);
  if (claims.length === 0) return <p className={classes.quiet}>{t('reports.sectionEmpty')}</p>;
  return (
    <ul className={classes.claims}>
      {claims.map((claim) => (
        <li key={claim.id} className={classes.signedClaim} data-active={active === claim.id || undefined}>
          <p dir="auto">{claim.text}</p>
          <PassageChip passages={passagesOf(claim.evidence)} onUse={() => { choose(claim.id); }} />
        </li>
      ))}
    </ul>
  );
}

function SignatureLine() {
  const { t, format } = useI18n();
  const { report } = useReportScope();
  if (!report.finalized) return null;
  const { at, name, credentials, license_number: license } = report.finalized;
  const who = credentials ? t('reports.nameAndCredentials', { name, credentials }) : name;
  return (
    <p className={classes.signature}>
      {t('reports.signed', { who, time: format.dateTime(at) })}
      {license && <> <bdi>{license}</bdi></>}
    </p>
  );
}

function Provenance() {
  const { t, has, format } = useI18n();
  const { report } = useReportScope();
  const { engine, model, prompt_version: prompt, created_at: at } = report.provenance;
  return (
    <section className={classes.provenance} aria-label={t('reports.provenance')}>
      <h3>{t('reports.provenance')}</h3>
      <dl>
        <dt>{t('reports.engine')}</dt><dd>{has(`reports.engine.${engine}`) ? t(`reports.engine.${engine}` as 'reports.engine.extraction') : <bdi>{engine}</bdi>}</dd>
        {model && (<><dt>{t('reports.model')}</dt><dd><bdi>{model}</bdi></dd></>)}
        {prompt && (<><dt>{t('reports.prompt')}</dt><dd><PromptVersion identity={prompt} /></dd></>)}
        {at && (<><dt>{t('reports.draftedAt')}</dt><dd>{format.dateTime(at)}</dd></>)}
        {report.finalized && (<><dt>{t('reports.share')}</dt><dd>{format.percent(report.finalized.human_share)}</dd></>)}
      </dl>
    </section>
  );
}

/** `word_evidence/v1` in words; one that is not known here stays as it is. */
function PromptVersion({ identity }: { identity: string }) {
  const { t, has } = useI18n();
  const [, name = '', version = ''] = /^(\w+)\/v(\d+)$/.exec(identity) ?? [];
  const key = `reports.prompt.${name}`;
  return has(key) ? t(key, { version: Number(version) }) : <bdi>{identity}</bdi>;
}
