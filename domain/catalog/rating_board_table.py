"""Ratings by region and board, from mild to strict as label = age, with other spellings after "|".

Where a board advises parents without an age (PG), the age is one from which most children may watch alone. "-" is a
rating that says nothing of an age. A region's second line is television's, where that differs from film's.

Compiled from the boards' published steps and the certification lists of public catalogues (TMDB, Jellyfin). A region
without a line has no board that Marquee knows: its ratings are written as ages.
"""

from __future__ import annotations

RATING_BOARD_TABLE = """
AE film: G=0; PG=10; PG13=13; PG15=15; 15+=15; 18+=18; 18TC=18; 21+=21
AR INCAA: ATP=0; SAM 13=13|+13; SAM 16=16|+16; SAM 18=18|+18|C
AT JMK: 0=0|Unrestricted|o.A.; 6=6; 8=8; 10=10; 12=12; 14=14; 16=16; 18=18
AU Classification Board: E=-|Exempt; G=0; PG=10; M=15; MA 15+=15|MA|MA15; R 18+=18|R|R18; X 18+=18|X
AU television: P=0; C=7; AV 15+=15|AV; NC=0
BE Kijkwijzer: AL=0|TP|KT|EA; 6=6; 9=9; 12=12; 14=14; 16=16|KNT|ENA; 18=18
BG film: A=0; B=0; C=12; D=16; X=18
BR ClassInd: L=0|Livre|AL; 10=10|A10; 12=12|A12; 14=14|A14; 16=16|A16; 18=18|A18
CA film: G=0; PG=10; 14A=14; 18A=18; R=18; A=18; E=-|Exempt
CA CBSC: C=0; C8=8|C8+; 14+=14; 18+=18
CA-QC film: G=0|V; 8+=8; 13+=13; 16+=16; 18+=18
CH JIF: 0=0; 6=6; 8=8; 10=10; 12=12; 14=14; 16=16; 18=18
CL film: TE=0; TE+7=7|TE7; 14=14; 18=18|18/S|18/V
CO film: T=0|TP; 7=7; 12=12; 15=15; 18=18; X=18
CZ film: U=0; 12+=12; 15+=15; 18+=18
DE FSK: FSK 0=0|o.Al.; FSK 6=6; FSK 12=12; FSK 16=16; FSK 18=18|KJ|Keine Jugendfreigabe; SPIO/JK=18
DK Medierådet: A=0|Btl; 7=7|F; 11=11; 15=15
EE film: PERE=0|L; MS-6=6; MS-12=12; K-12=12; K-14=14; K-16=16
ES ICAA: A=0|APTA|TP|Ai|Todos los publicos; 7=7|7i; 12=12|12i; 16=16; 18=18; X=18; ER=0|Infantil
FI KAVI: S=0|K0|T; K7=7|K-7; K12=12|K-12; K16=16|K-16; K18=18|K-18
FR CNC: TP=0|U|Tous publics; 10=10|-10; 12=12|-12; 16=16|-16; 18=18|-18; X=18
GB BBFC: U=0|Uc; PG=8; 12A=12; 12=12; 15=15; 18=18; R18=18
GR film: K=0|Unrestricted; K8=8; K12=12|K-12; K15=15|K-15; K16=16; K17=17|K-17; K18=18|K-18
HK OFNAA: I=0; IIA=13; IIB=15; III=18
HU film: KN=0|I.; 6=6|II.; 12=12|III.; 16=16|IV.; 18=18|V.; X=18|VI.
ID film: SU=0|Semua Umur; P2+=2|P; A7+=7|A; 13+=13|R13+|R13|R; 17+=17|D17; D18+=18|D; 21+=21
IE IFCO: G=0; PG=8; 12A=12; 12=12; 15A=15; 15=15; 16=16; 18=18
IE television: GA=0; Ch=0; YA=12; PS=15; MA=18
IL film: All=0; 9=9; 12=12; 14=14; 16=16; 18=18
IN CBFC: U=0; UA 7+=7; UA 13+=13; UA 16+=16; UA=12|U/A; A=18; S=18
IS film: L=0|AL; 6=6; 7=7; 9=9; 12=12; 14=14; 16=16; 18=18
IT film: T=0|All; 6+=6|VM6; 10+=10; 14+=14|VM14; 18+=18|VM18; VM12=12
JP Eirin: G=0; PG12=12|PG-12; R15+=15|R15; R18+=18|R18
KR KMRB: All=0|0; 7=7; 12=12; 15=15; 18=18|19; Restricted Screening=19
KZ film: K=0; BA=12|БА; B14=14|Б14; E16=16; E18=18|HA
LT film: V=0; N-7=7; N-13=13; N-14=14; N-16=16; N-18=18|S
LU film: EA=0; 6=6; 10=10; 12=12; 14=14; 16=16; 18=18
LV film: U=0; 7+=7; 12+=12; 16+=16; 18+=18
MX RTC: AA=0; A=0; B=12; B-15=15|B15; C=18; D=18
MY film: U=0; P12=12; PG13=13|P13; 16=16; 18=18|18SG|18SX|18PA|18PL
NG film: G=0; PG=12; 12=12; 12A=12; 15=15; 18=18; RE=18
NL Kijkwijzer: AL=0; 6=6; 9=9; 12=12; 14=14; 16=16; 18=18
NO Medietilsynet: A=0; 6=6; 7=7; 9=9; 11=11; 12=12; 15=15; 18=18
NZ film: G=0; PG=10; M=16; 13=13; 16=16; 18=18; R13=13; RP13=13; R15=15; R16=16; RP16=16; R18=18; RP18=18; R=18
PE film: APT=0; 14=14; 18=18
PH MTRCB: G=0; PG=13|SPG; R-13=13; R-16=16; R-18=18; X=18
PL KRRiT: AL=0|BO; 7=7; 12=12; 16=16; 18=18
PT film: A=0|Publicos|Para todos os publicos|T|4; M/3=3; M/6=6; M/12=12; M/14=14; M/16=16; M/18=18|P
PT television: 10AP=10; 12AP=12; 10=10
RO film: AG=0|A.G.; AP-12=12|A.P. 12|12; N-15=15|15; IM-18=18|I.M. 18|18; IM-18-XXX=18
RU film: 0+=0; 6+=6; 12+=12; 16+=16; 18+=18
SA film: G=0; PG=12; PG12=12; R12=12; R15=15; R18=18
SE film: Btl=0|All; 7=7; 11=11; 15=15
SG IMDA: G=0; PG=10; PG13=13; NC16=16; M18=18; R21=21
SK film: U=0; 7=7; 12=12; 15=15; 18=18
TH film: P=0; G=0; 13+=13|13; 15+=15|15; 18+=18|18; 20+=20|20-
TR film: Genel Izleyici=0|G; 6A=6; 6+=6; 7+=7|7A; 10A=10; 10+=10; 13A=13; 13+=13; 16+=16; 18+=18
TW film: 0+=0|G; 6+=6|P; 12+=12|PG12; 15+=15|PG15; 18+=18|R|R18
UA film: 0+=0; 6+=6; 12+=12; 16+=16; 18+=18
US MPA: G=0; PG=10|GP; PG-13=13; R=17; NC-17=18; X=18; M=13; M/PG=13; Approved=-; Passed=-
US TV Parental Guidelines: TV-Y=0; TV-G=0; TV-Y7=7; TV-Y7-FV=7; TV-PG=10; TV-14=14; TV-MA=17|TV-M; TV-13=13
VN film: P=0; K=13; T13=13|C13; T16=16|C16; T18=18|C18
ZA FPB: A=0|All; PG=10; 7-9 PG=7|7-9PG; 10-12 PG=10|10-12PG; 13=13; 16=16; 18=18; X18=18; XX=18
"""
