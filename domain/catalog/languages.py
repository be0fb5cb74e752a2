"""Languages of ISO 639-1, and what people write instead of their codes."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

_CODES = """
aa Afar; ab Abkhazian; ae Avestan; af Afrikaans; ak Akan; am Amharic; an Aragonese; ar Arabic; as
Assamese; av Avaric; ay Aymara; az Azerbaijani; ba Bashkir; be Belarusian; bg Bulgarian; bh Bihari; bi
Bislama; bm Bambara; bn Bangla; bo Tibetan; br Breton; bs Bosnian; ca Catalan, Valencian; ce Chechen; ch
Chamorro; co Corsican; cr Cree; cs Czech; cu Church Slavic, Old Slavonic, Church Slavonic, Old Bulgarian,
Old Church Slavonic; cv Chuvash; cy Welsh; da Danish; de German; dv Divehi, Dhivehi, Maldivian; dz
Dzongkha; ee Ewe; el Greek; en English; eo Esperanto; es Spanish, Castilian; et Estonian; eu Basque; fa
Persian; ff Fulah; fi Finnish; fj Fijian; fo Faroese; fr French; fy Western Frisian; ga Irish; gd Gaelic,
Scottish Gaelic; gl Galician; gn Guarani; gu Gujarati; gv Manx; ha Hausa; he Hebrew; hi Hindi; ho Hiri
Motu; hr Croatian; ht Haitian, Haitian Creole; hu Hungarian; hy Armenian; hz Herero; ia Interlingua; id
Indonesian; ie Interlingue, Occidental; ig Igbo; ii Sichuan Yi, Nuosu; ik Inupiaq; io Ido; is Icelandic;
it Italian; iu Inuktitut; ja Japanese; jv Javanese; ka Georgian; kg Kongo; ki Kikuyu, Gikuyu; kj
Kuanyama, Kwanyama; kk Kazakh; kl Kalaallisut, Greenlandic; km Central Khmer; kn Kannada; ko Korean; kr
Kanuri; ks Kashmiri; ku Kurdish; kv Komi; kw Cornish; ky Kirghiz, Kyrgyz; la Latin; lb Luxembourgish,
Letzeburgesch; lg Ganda; li Limburgan, Limburger, Limburgish; ln Lingala; lo Lao; lt Lithuanian; lu Luba-
Katanga; lv Latvian; mg Malagasy; mh Marshallese; mi Maori; mk Macedonian; ml Malayalam; mn Mongolian; mr
Marathi; ms Malay; mt Maltese; my Burmese; na Nauru; nb Norwegian Bokmål; nd North Ndebele; ne Nepali; ng
Ndonga; nl Dutch, Flemish; nn Norwegian Nynorsk; no Norwegian; nr South Ndebele; nv Navajo, Navaho; ny
Chichewa, Chewa, Nyanja; oc Occitan, Provençal; oj Ojibwa; om Oromo; or Oriya; os Ossetian, Ossetic; pa
Panjabi, Punjabi; pi Pali; pl Polish; ps Pushto, Pashto; pt Portuguese; qu Quechua; rm Romansh; rn Rundi;
ro Romanian, Moldavian, Moldovan; ru Russian; rw Kinyarwanda; sa Sanskrit; sc Sardinian; sd Sindhi; se
Northern Sami; sg Sango; si Sinhala, Sinhalese; sk Slovak; sl Slovenian; sm Samoan; sn Shona; so Somali;
sq Albanian; sr Serbian; ss Swati; st Southern Sotho; su Sundanese; sv Swedish; sw Swahili; ta Tamil; te
Telugu; tg Tajik; th Thai; ti Tigrinya; tk Turkmen; tl Tagalog; tn Tswana; to Tonga; tr Turkish; ts
Tsonga; tt Tatar; tw Twi; ty Tahitian; ug Uighur, Uyghur; uk Ukrainian; ur Urdu; uz Uzbek; ve Venda; vi
Vietnamese; vo Volapük; wa Walloon; wo Wolof; xh Xhosa; yi Yiddish; yo Yoruba; za Zhuang, Chuang; zh
Chinese; zu Zulu
"""
_THREE_LETTERS = """
aar=aa abk=ab ave=ae afr=af aka=ak amh=am arg=an ara=ar asm=as ava=av aym=ay aze=az bak=ba bel=be bul=bg
bih=bh bis=bi bam=bm ben=bn bod=bo bre=br bos=bs cat=ca che=ce cha=ch cos=co cre=cr ces=cs chu=cu chv=cv
cym=cy dan=da deu=de div=dv dzo=dz ewe=ee ell=el eng=en epo=eo spa=es est=et eus=eu fas=fa ful=ff fin=fi
fij=fj fao=fo fra=fr fry=fy gle=ga gla=gd glg=gl grn=gn guj=gu glv=gv hau=ha heb=he hin=hi hmo=ho hrv=hr
hat=ht hun=hu hye=hy her=hz ina=ia ind=id ile=ie ibo=ig iii=ii ipk=ik ido=io isl=is ita=it iku=iu jpn=ja
jav=jv kat=ka kon=kg kik=ki kua=kj kaz=kk kal=kl khm=km kan=kn kor=ko kau=kr kas=ks kur=ku kom=kv cor=kw
kir=ky lat=la ltz=lb lug=lg lim=li lin=ln lao=lo lit=lt lub=lu lav=lv mlg=mg mah=mh mri=mi mkd=mk mal=ml
mon=mn mar=mr msa=ms mlt=mt mya=my nau=na nob=nb nde=nd nep=ne ndo=ng nld=nl nno=nn nor=no nbl=nr nav=nv
nya=ny oci=oc oji=oj orm=om ori=or oss=os pan=pa pli=pi pol=pl pus=ps por=pt que=qu roh=rm run=rn ron=ro
rus=ru kin=rw san=sa srd=sc snd=sd sme=se sag=sg sin=si slk=sk slv=sl smo=sm sna=sn som=so sqi=sq srp=sr
ssw=ss sot=st sun=su swe=sv swa=sw tam=ta tel=te tgk=tg tha=th tir=ti tuk=tk tgl=tl tsn=tn ton=to tur=tr
tso=ts tat=tt twi=tw tah=ty uig=ug ukr=uk urd=ur uzb=uz ven=ve vie=vi vol=vo wln=wa wol=wo xho=xh yid=yi
yor=yo zha=za zho=zh zul=zu tib=bo cze=cs wel=cy ger=de gre=el baq=eu per=fa fre=fr arm=hy ice=is geo=ka
mao=mi mac=mk may=ms bur=my dut=nl rum=ro slo=sk alb=sq chi=zh
"""
LANGUAGE_NAMES: Mapping[str, str] = {entry[:2]: entry[3:] for entry in " ".join(_CODES.split()).split("; ")}
"""Code -> English name."""

OTHER_CODES = frozenset({"cn", "mo", "sh", "xx"})
"""Codes of film databases that ISO 639-1 lacks or withdrew: Cantonese, Moldavian, Serbo-Croatian, no language."""

MISTAKES: Mapping[str, str] = {
    "jp": "ja", "ua": "uk", "cz": "cs", "dk": "da", "gr": "el", "iw": "he", "in": "id", "gb": "en", "us": "en",
    "mandarin": "zh", "cantonese": "cn", "farsi": "fa", "flemish": "nl", "castilian": "es", "hebrew": "he",
    "greek": "el", "norwegian": "no", "deutsch": "de", "espanol": "es", "español": "es", "francais": "fr",
    "français": "fr", "italiano": "it", "portugues": "pt", "português": "pt", "brazilian": "pt-BR",
}  # fmt: skip
"""Country codes, own names and former codes."""

_BY_NAME: Mapping[str, str] = {
    part.lower(): code for code, name in LANGUAGE_NAMES.items() for part in name.split(", ")
} | dict(MISTAKES)
_BY_THREE_LETTERS: Mapping[str, str] = {entry[:3]: entry[4:] for entry in _THREE_LETTERS.split()}


def is_language(tag: str) -> bool:
    """True for "ko", "pt-BR" and for three letters of a language without a two-letter code."""
    code = tag.partition("-")[0]
    if len(code) == 3:
        return code.isalpha() and code.islower() and code not in _BY_THREE_LETTERS
    return code in LANGUAGE_NAMES or code in OTHER_CODES


def suggest_language(text: str) -> str | None:
    """The code that was probably meant: "Korean", "kor" and "KO" give "ko"."""
    word = " ".join(text.lower().replace("_", "-").split())
    code, dash, rest = word.partition("-")
    if is_language(code):
        return f"{code}-{rest.upper()}" if dash else code
    known = _BY_NAME.get(word) or _BY_THREE_LETTERS.get(code)
    if known:
        return known
    close = get_close_matches(word, _BY_NAME, 1, 0.75) if 3 < len(word) <= 40 else []
    return _BY_NAME[close[0]] if close else None


def language_advice(text: str) -> str:
    """A sentence for a text that is no language: what was found, and what to write."""
    meant = suggest_language(text)
    hint = f'Did you mean "{meant}"?' if meant else 'Write a code of ISO 639, such as "ko" or "pt-BR".'
    return f"{text[:40]!r} is not the code of a language. {hint}"
