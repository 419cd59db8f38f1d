import type { Translation } from '../../registry';

const messages: Translation<'app'> = {
  skip: 'الانتقال إلى المحتوى',
  main: 'الرئيسية',
  today: 'اليوم',
  patients: 'المرضى',
  patient: 'مريض',
  session: 'جلسة',
  settings: 'الإعدادات',
  keys: 'اختصارات لوحة المفاتيح',
  account: 'حساب {name}',
  accountOnly: 'الحساب',
  signOut: 'تسجيل الخروج',
  everywhere: 'في كل مكان',
  showKeys: 'إظهار كل المفاتيح',
  nextRegion: 'الجزء التالي من الصفحة',
  previousRegion: 'الجزء السابق من الصفحة',
  offline: 'لا يوجد اتصال. قد يكون المعروض قديمًا، ويستمر العمل عند عودة الاتصال.',
  pageFailed: 'تعذّر عرض هذه الصفحة. العمل المحفوظ آمن.',
  notFound: 'لا توجد صفحة في هذا العنوان.',
  toToday: 'الانتقال إلى اليوم',
  notFoundTitle: 'غير موجود',
  errorTitle: 'لم يُحمّل',
  soon: 'هذه الصفحة غير جاهزة بعد.',
};

export default messages;
