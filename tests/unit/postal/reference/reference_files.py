"""Reference files as their publishers lay them out, a few rows each."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

LOADED_AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

LA_POSTE = (
    "#Code_commune_INSEE;Nom_de_la_commune;Code_postal;Libellé_d_acheminement;Ligne_5\n"
    "01004;AMBERIEU EN BUGEY;01500;AMBERIEU EN BUGEY;\n"
    "04061;COLMARS;04370;COLMARS LES ALPES;\n"
    "01033;VALSERHONE;01200;VALSERHONE;CHATILLON EN MICHAILLE VIEUX BOURG\n"
)
COMMUNES = (
    "TYPECOM,COM,REG,DEP,CTCD,ARR,TNCC,NCC,NCCENR,LIBELLE,CAN,COMPARENT\n"
    "COM,01001,84,01,01D,012,5,ABERGEMENT,Abergement,L'Abergement-Clémenciat,0108,\n"
    "COM,01004,84,01,01D,011,1,AMBERIEU,Ambérieu,Ambérieu-le-Neuf,0101,\n"
    "COMD,01002,,,,,5,ABERGEMENT,Abergement,L'Abergement-de-Varey,,01004\n"
)
MERGERS = (
    "MOD,DATE_EFF,TYPECOM_AV,COM_AV,TNCC_AV,NCC_AV,NCCENR_AV,LIBELLE_AV,"
    "TYPECOM_AP,COM_AP,TNCC_AP,NCC_AP,NCCENR_AP,LIBELLE_AP\n"
    "32,2027-01-01,COM,01002,5,X,X,L'Abergement-de-Varey,COM,01004,1,X,X,Ambérieu-le-Neuf\n"
    "32,2027-01-01,COM,01004,1,X,X,Ambérieu-en-Bugey,COM,01004,1,X,X,Ambérieu-le-Neuf\n"
    "21,1990-01-01,COM,01001,5,X,X,L'Abergement-Clémenciat,COM,01001,5,X,X,L'Abergement-Clémenciat\n"
    "21,1990-01-01,COM,01001,5,X,X,L'Abergement-Clémenciat,COM,01999,1,X,X,Revenue\n"
)
CEDEX = "code_cedex,libelle,code_insee\n01599,AMBERIEU CEDEX,01004\n"
STREETS = (
    "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;nom_ld;nom_afnor\n"
    "a;;1;;Avenue du Général de Gaulle;01500;01004;Ambérieu;;AV DU GENERAL DE GAULLE\n"
    "b;;1;bis;Avenue du Général de Gaulle;01500;01004;Ambérieu;;AV DU GENERAL DE GAULLE\n"
    "c;;7;;Rue du 8 Mai 1945;01500;01004;Ambérieu;;RUE DU 8 MAI 1945\n"
    "d;;3;;Rue Amélie;01500;01004;Ambérieu;;\n"
    "e;;3;;Rue Amédie;01500;01004;Ambérieu;;\n"
)


def write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    """A file of a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding=encoding)
    return path
