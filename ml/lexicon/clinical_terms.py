"""Medications by generic and trade name, and the short names of measures, methods and conditions."""

from __future__ import annotations

MEDICATIONS: tuple[str, ...] = tuple(
    """
    prozac fluoxetine zoloft sertraline lexapro escitalopram celexa citalopram paxil paroxetine
    wellbutrin bupropion effexor venlafaxine cymbalta duloxetine lithium lamictal lamotrigine
    seroquel quetiapine abilify aripiprazole risperdal risperidone zyprexa olanzapine haldol
    clozapine xanax alprazolam ativan lorazepam klonopin clonazepam valium diazepam ambien zolpidem
    trazodone mirtazapine remeron buspirone adderall ritalin methylphenidate vyvanse strattera
    methadone suboxone naltrexone insulin metformin lisinopril albuterol ibuprofen tylenol aspirin
    chantix varenicline antabuse melatonin propranolol
    """.split()
)

SHORT_NAMES: tuple[str, ...] = tuple(
    """
    cbt dbt act emdr mi ipt mbct rebt phq gad audit dass pcl ybocs bdi wais
    adhd ocd ptsd bpd asd dsm icd ssri snri mri ecg gp er icu aa na
    soap dap birp girp pirp zoom skype teams covid google youtube netflix
    """.split()
)
"""Lower case; a recognizer of entities takes them for organizations and places."""
