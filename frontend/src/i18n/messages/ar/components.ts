import type { Translation } from '../../registry';

const messages: Translation<'components'> = {
  product: 'منصة المعالج',
  tryAgain: 'إعادة المحاولة',
  close: 'إغلاق',
  cancel: 'إلغاء',
  undo: 'تراجع',
  save: 'حفظ',
  loading: 'جارٍ التحميل',
  addedAt: 'أُضيفت {time}',
  required: 'مطلوب',
  noMatch: 'لا شيء مطابق.',
  keys: 'لوحة المفاتيح',
  keysOff: 'المفاتيح المفردة متوقفة في الإعدادات. المفاتيح مع Ctrl تعمل.',
  space: 'مسافة',
  typedDiffers: 'النص مختلف. يلزم كتابته كما هو ظاهر.',
};

export default messages;
