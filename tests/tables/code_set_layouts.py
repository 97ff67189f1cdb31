"""Small files in the layouts of the code sets, for tests. Codes and indicators are facts; no descriptors."""

from __future__ import annotations

from pathlib import Path

TABULAR = """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular>
  <version>2026</version>
  <chapter><name>13</name><desc>chapter</desc>
    <section id="M00-M25"><desc>block</desc>
      <excludes1><note>something else (R50-R59)</note></excludes1></section>
    <section id="M15-M19"><desc>block</desc>
      <diag><name>M17</name><desc>Knee</desc>
        <excludes1>
          <note>of the hand (M19.04-)</note><note>of the foot (M19.07- with pain)</note><note>of the spine</note>
        </excludes1>
        <diag><name>M17.0</name><desc>Bilateral knee</desc></diag>
        <diag><name>M17.1</name><desc>One knee</desc>
          <diag><name>M17.10</name><desc>One knee, unspecified side</desc></diag>
          <diag><name>M17.11</name><desc>One knee, right side</desc></diag>
          <diag><name>M17.12</name><desc>One knee, left side</desc></diag></diag></diag>
      <diag><name>M19</name><desc>Other</desc>
        <diag><name>M19.04</name><desc>Hand</desc>
          <diag><name>M19.041</name><desc>Right hand</desc></diag>
          <diag><name>M19.042</name><desc>Left hand</desc></diag></diag></diag>
    </section>
  </chapter>
  <chapter><name>18</name><desc>chapter</desc>
    <section id="R50-R69"><desc>block</desc>
      <diag><name>R55</name><desc>Faint</desc><excludes1><note>with low pressure (I95.1)</note></excludes1></diag>
      <diag><name>R57</name><desc>Left only</desc></diag></section>
    <section id="I95-I99"><desc>block</desc><diag><name>I95</name><desc>Low</desc>
      <diag><name>I95.1</name><desc>On standing</desc></diag></diag></section>
    <section id="S00-S09"><desc>block</desc>
      <diag><name>S00</name><desc>Head</desc>
        <sevenChrDef><extension char="A">first</extension><extension char="D">later</extension></sevenChrDef>
        <diag><name>S00.0</name><desc>Scalp</desc></diag></diag></section>
  </chapter>
</ICD10CM.tabular>
"""

CODES = "code\nM00-M25\nM17.0\nM17.10\nM17.11\nM17.12\nM19.041\nM19.042\nR55\nR57\nI95.1\nS00.0XXA\nS00.0XXD\n"

MCE = (
    "MCE_Version\tICD_Version\tMCE_Section\tMCE_Subsection\tMCE_Edit_Type\tICD_Code_Type\tICD_Code\tICD_Desc\n"
    "{0}\t10\t4\tA\tNewborn_Only\tD\tP220\t-\n"
    "{0}\t10\t4\tC\tMaternity_Only\tD\tO80\t-\n"
    "{0}\t10\t5\tC\tMale_Only\tD\tN400\t-\n"
    "{0}\t10\t5\tD\tMale_Only\tP\t0VT00ZZ\t-\n"
    "{0}\t10\t6\t_\tPrincipal_Manifestation\tD\tG63\t-\n"
    "{0}\t10\t9\t_\tPrincipal_Unacceptable\tD\tZ853\t-\n"
)

PFS_WRAPPED = (
    ",,2025 National Physician Fee Schedule Relative Value File October Release,,,,,,,,\n"
    ",,,STATUS,,,,,,,\n"
    ",,,,,,,,,CO-,\n"
    ",,,STATUS,PCTC,GLOB,MULT,BILAT,ASST,CO-,TEAM\n"
    "HCPCS,MOD,,CODE,IND,DAYS,PROC,SURG,SURG,SURG,SURG\n"
    "11042,,,A,0,000,2,0,1,0,0\n"
    "71046,,,A,1,XXX,0,0,0,0,0\n"
    "71046,26,,A,1,XXX,0,0,0,0,0\n"
)

SMALL = {
    "hcpcs_level2.csv": "hcpcs,type,long_description,date_added,date_ended\nRT,mod,-,1982-01-01,\n"
    "A0425,code,-,2001-01-01,\nC9257,code,-,2010-01-01,2024-06-30\n",
    "modifiers.csv": "modifier,type,category\n25,CPT,-\nP1,CPT,-\nP1,HCPCS,-\nRT,HCPCS,-\n",
    "pos.csv": "pos_code,pos_type,pos_name\n11,Non-Facility,-\n22,Facility,-\n28,Unassigned,-\n",
    "REV_CNTR.csv": "code,label\n0001,-\n0450,-\n0450,-\n",
    "PTNT_DSCHRG_STUS_CD.csv": "code,label\n0,-\n01,-\n20,-\n",
    "CLM_FAC_TYPE_CD.csv": "code,label\n1,-\n7,-\n8,-\n",
    "CLM_SRVC_CLSFCTN_TYPE_CD.csv": "code,label\n1,-\n3,-\n1,-\n2,-\n1,-\n2,-\n",
    "CLM_FREQ_CD.csv": "code,label\n1,-\n7,-\nG,-\n",
    "nucc.csv": "Code,Grouping,Classification,Section\n207Q00000X,-,-,Individual\n193400000X,-,-,Non-Individual\n",
    "pcs.csv": "code,valid\n001,0\n0016070,1\n",
    "pfs_flat.csv": "hcpcs_code,mod,status,pctc,glob,mult_proc,bilat_surg,asst_surg,co_surg,team_surg\n"
    "11042,,A,0.0,000,2.0,0.0,1.0,0.0,0.0\n",
    "addendum_b.csv": "hcpcs,status_indicator\n99213,B\n0001U,Q4\n",
    "carc.csv": "code,start_date,end_date\n15,1995-01-01,2018-05-01\nB7,1995-01-01,\n",
    "rarc.csv": "code,start_date,end_date\nM1,1997-01-01,\nMA30,1997-01-01,\nN50,1998-01-01,\n",
    "noc.csv": "hcpcs,long_description,add_date,term_date\nA0999,-,1987-01-01,\n",
}
"""One small file of each flat layout, by file name."""


def write(folder: Path, name: str, text: str | bytes) -> Path:
    """A file of that name and content."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path
