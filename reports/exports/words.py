"""The words of an exported note around what was written: English, and Arabic for Arabic notes."""

from __future__ import annotations

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "title": "Progress note",
    "patient": "Patient",
    "name": "Name",
    "date_of_birth": "Date of birth",
    "external_id": "Record number",
    "session": "Session",
    "session_date": "Date",
    "started_at": "Began",
    "ended_at": "Ended",
    "participants": "Present",
    "place": "Place",
    "modality": "Held",
    "diagnosis": "Diagnosis (the clinician's words)",
    "clinician": "Clinician",
    "clinic_name": "Clinic",
    "risk": "Risk",
    "no_flags": "No risk statement was found in the transcript.",
    "not_screened": "Risk was not screened: the language of the session is not known to the finders.",
    "not_assessed": "Not assessed (nothing was said)",
    "level": "level {level} (from transcript; scale not administered)",
    "reason": "Reason",
    "quote": "At {at}",
    "nothing": "Nothing was written here.",
    "signature": "Signature",
    "signed": "Signed electronically by {name} on {at}.",
    "license_number": "License number {number}",
    "addendum": "Addendum of {at} by {name}",
    "addendum_reason": "Reason: {reason}",
    "provenance": "How this note was made",
    "drafted": "Drafted from the transcript by {engine} on {at}; reviewed and signed by the clinician.",
    "human_share": "Share of the text that the clinician changed: {share} %. Version {version}.",
    "page": "Page {page} of {pages}",
    # values
    "in_person": "In person",
    "other": "another person",
    "client": "the client",
    "unclear": "time unclear",
}
"""A value that is not here is shown as it is, with spaces."""

ARABIC: Mapping[str, str] = {
    "title": "ملاحظة سير العلاج",
    "patient": "المريض",
    "name": "الاسم",
    "date_of_birth": "تاريخ الميلاد",
    "external_id": "رقم الملف",
    "session": "الجلسة",
    "session_date": "التاريخ",
    "started_at": "البداية",
    "ended_at": "النهاية",
    "participants": "الحاضرون",
    "place": "المكان",
    "modality": "طريقة الجلسة",
    "diagnosis": "التشخيص (بكلمات المعالج)",
    "clinician": "المعالج",
    "clinic_name": "العيادة",
    "risk": "المخاطر",
    "no_flags": "لم يُعثر في النص على عبارة تدل على خطر.",
    "not_screened": "لم تُفحص المخاطر: لغة الجلسة غير معروفة لأداة الفحص.",
    "not_assessed": "لم يُقيَّم (لم يُذكر شيء)",
    "level": "المستوى {level} (من النص؛ لم يُطبَّق المقياس)",
    "reason": "السبب",
    "quote": "عند {at}",
    "nothing": "لم يُكتب شيء هنا.",
    "signature": "التوقيع",
    "signed": "وقّعه إلكترونيًا {name} في {at}.",
    "license_number": "رقم الترخيص {number}",
    "addendum": "إضافة بتاريخ {at} من {name}",
    "addendum_reason": "السبب: {reason}",
    "provenance": "كيف كُتبت هذه الملاحظة",
    "drafted": "صيغت من نص الجلسة بواسطة {engine} في {at}، ثم راجعها المعالج وقرر ووقّع.",
    "human_share": "نسبة ما غيّره المعالج من النص: {share} ٪. الإصدار {version}.",
    "page": "صفحة {page} من {pages}",
    "summary": "الملخص",
    "key_points": "النقاط الرئيسية",
    "treatment_plan": "خطة العلاج",
    "subjective": "ما ذكره المريض",
    "objective": "ما لوحظ",
    "assessment": "التقدير السريري",
    "plan": "الخطة",
    "data": "المعطيات",
    "behaviour": "السلوك",
    "intervention": "التدخل",
    "response": "الاستجابة",
    "goal": "الهدف",
    "problem": "المشكلة",
    "suicide": "الانتحار",
    "self_harm": "إيذاء النفس",
    "harm_to_others": "إيذاء الآخرين",
    "child_abuse": "الإساءة إلى طفل",
    "elder_or_dependent_abuse": "الإساءة إلى مسن أو مُعال",
    "intimate_partner_violence": "عنف الشريك",
    "psychosis": "الذهان",
    "substance_use": "تعاطي المواد",
    "grave_disability": "العجز الشديد",
    "medication": "الدواء",
    "endorsed": "مؤكَّد بالكلام",
    "denied": "منفي بالكلام",
    "client": "المريض",
    "other": "شخص آخر",
    "current": "حاليًا",
    "past": "في الماضي",
    "unclear": "الوقت غير واضح",
    "low": "شدة منخفضة",
    "moderate": "شدة متوسطة",
    "high": "شدة عالية",
    "preparatory": "سلوك تحضيري",
    "aborted": "محاولة أوقفها بنفسه",
    "interrupted": "محاولة أوقفها غيره",
    "actual": "محاولة فعلية",
    "confirmed": "أكده المعالج",
    "dismissed": "استبعده المعالج",
    "in_person": "حضوريًا",
    "video": "بالفيديو",
    "phone": "بالهاتف",
}


class Words:
    """The labels of one language; a value without a label is shown in plain letters."""

    def __init__(self, language: str) -> None:
        self.language = "ar" if language == "ar" else "en"
        self.rtl = self.language == "ar"
        self._labels = ARABIC if self.language == "ar" else ENGLISH

    def __call__(self, key: str, **values: object) -> str:
        """The label of a key or value, with the values put in."""
        label = self._labels.get(key) or ENGLISH.get(key) or key.replace("_", " ")
        return label.format(**values) if values else label

    def heading(self, key: str) -> str:
        """The label as a heading."""
        label = self(key)
        return label[:1].upper() + label[1:]
