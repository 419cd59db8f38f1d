import type { Translation } from '../../registry';

const messages: Translation<'player'> = {
  title: 'المشغّل',
  play: 'تشغيل',
  pause: 'إيقاف مؤقت',
  back: '5 ثوانٍ إلى الوراء',
  forward: '5 ثوانٍ إلى الأمام',
  wordBack: 'كلمة إلى الوراء',
  wordForward: 'كلمة إلى الأمام',
  slower: 'أبطأ',
  faster: 'أسرع',
  speed: 'السرعة',
  speedIs: 'السرعة {speed}',
  times: '{speed}×',
  skipSilence: 'تخطي الصمت',
  position: 'الموضع في التسجيل',
  positionOf: '{time} من {duration}',
  loading: 'جارٍ تحميل التسجيل',
  loadingPart: 'جارٍ تحميل التسجيل، {percent}',
  failed: 'لم يُحمَّل التسجيل. هو محفوظ على الخادم.',
  cannotPlay: 'هذا المتصفح لا يستطيع تشغيل هذا التسجيل. هو محفوظ على الخادم.',
  tryAgain: 'المحاولة مرة أخرى',
};

export default messages;
