import { Button, Menu, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';

import { Icon } from '../../components/icon';
import { useI18n } from '../../i18n/provider';
import type { TurnActions } from './turn-actions';
import classes from './transcript.module.css';
import type { Role, Segment, Transcript } from './types';

const ROLES: Role[] = ['therapist', 'client', 'other'];

interface Props {
  segment: Segment;
  next: Segment | undefined;
  name: string;
  speakers: Transcript['speakers'];
  actions: TurnActions;
}

function freeSpeaker(speakers: Transcript['speakers']): string | null {
  for (let number = 1; number < 100; number += 1) {
    const key = `S${number.toString()}`;
    if (!speakers[key]) return key;
  }
  return null;
}

/** Who speaks: for all turns of the speaker, or for this one; and where turns begin and end. */
export function RoleMenu({ segment, next, name, speakers, actions }: Props) {
  const { t } = useI18n();
  const [naming, setNaming] = useState<string | null>(null);
  const own = speakers[segment.speaker];
  const free = freeSpeaker(speakers);
  // The focus goes back to the button first; then it may go on.
  const [following, setFollowing] = useState<'name' | 'split' | null>(null);
  const closed = () => {
    if (following === 'name') setNaming(own?.name ?? '');
    if (following === 'split') actions.edit(segment.id);
    setFollowing(null);
  };
  return (
    <>
      <Menu position="bottom-start" returnFocus onExitTransitionEnd={closed}>
        <Menu.Target>
          <button type="button" className={classes.role} tabIndex={-1} data-stop aria-label={t('transcript.speakerOf', { name })}><bdi>{name}</bdi></button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{t('transcript.roleAll')}</Menu.Label>
          <Menu.RadioGroup value={own?.role ?? null} onChange={(role) => { if (role !== own?.role) actions.speaker(segment.speaker, { role: role as Role }); }}>
            {ROLES.map((role) => <Menu.RadioItem key={role} value={role} closeMenuOnClick>{t(`transcript.role.${role}`)}</Menu.RadioItem>)}
          </Menu.RadioGroup>
          <Menu.Item leftSection={<Icon name="pen" size={14} />} onClick={() => { setFollowing('name'); }}>{t('transcript.renameAll')}</Menu.Item>
          <Menu.Divider />
          <Menu.Label>{t('transcript.thisTurn')}</Menu.Label>
          <Menu.RadioGroup value={segment.speaker} onChange={(key) => { if (key !== segment.speaker) actions.reassign(segment.id, key); }}>
            {Object.entries(speakers).map(([key, speaker]) => (
              <Menu.RadioItem key={key} value={key} closeMenuOnClick><bdi>{speaker.name || t(`transcript.role.${speaker.role}`)}</bdi> <bdi>{key}</bdi></Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
          {free && <Menu.Item leftSection={<Icon name="add" size={14} />} onClick={() => { actions.reassign(segment.id, free); }}>{t('transcript.newSpeaker')}</Menu.Item>}
          <Menu.Divider />
          <Menu.Item onClick={() => { setFollowing('split'); }}>{t('transcript.split')}</Menu.Item>
          {next && <Menu.Item onClick={() => { actions.merge(segment.id, next.id); }}>{t('transcript.mergeNext')}</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      <Modal opened={naming !== null} onClose={() => { setNaming(null); }} title={t('transcript.renameAll')} closeButtonProps={{ 'aria-label': t('components.close') }}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            actions.speaker(segment.speaker, { name: naming?.trim() ?? '' });
            setNaming(null);
          }}
        >
          <TextInput data-autofocus label={t('transcript.nameLabel')} description={t('transcript.nameHint')} maxLength={100} value={naming ?? ''} onChange={(event) => { setNaming(event.target.value); }} />
          <span className={classes.tools}>
            <Button type="submit">{t('components.save')}</Button>
            <Button variant="subtle" onClick={() => { setNaming(null); }}>{t('components.cancel')}</Button>
          </span>
        </form>
      </Modal>
    </>
  );
}
