"""Time zones and names of sub-regions that markets are made of. Others use those of the region they belong to.

Names: ISO 3166-2, in English where there is an English name. Zones: IANA tz database 2026.
"""

from __future__ import annotations

SUBDIVISION_CLOCKS = """
AU-ACT Australia/Sydney the Australian Capital Territory
AU-NSW Australia/Sydney New South Wales
AU-NT Australia/Darwin the Northern Territory
AU-QLD Australia/Brisbane Queensland
AU-SA Australia/Adelaide South Australia
AU-TAS Australia/Hobart Tasmania
AU-VIC Australia/Melbourne Victoria
AU-WA Australia/Perth Western Australia
BR-AC America/Rio_Branco Acre
BR-AL America/Maceio Alagoas
BR-AM America/Manaus Amazonas
BR-AP America/Belem Amapá
BR-BA America/Bahia Bahia
BR-CE America/Fortaleza Ceará
BR-DF America/Sao_Paulo the Federal District
BR-ES America/Sao_Paulo Espírito Santo
BR-GO America/Sao_Paulo Goiás
BR-MA America/Fortaleza Maranhão
BR-MG America/Sao_Paulo Minas Gerais
BR-MS America/Campo_Grande Mato Grosso do Sul
BR-MT America/Cuiaba Mato Grosso
BR-PA America/Belem Pará
BR-PB America/Fortaleza Paraíba
BR-PE America/Recife Pernambuco
BR-PI America/Fortaleza Piauí
BR-PR America/Sao_Paulo Paraná
BR-RJ America/Sao_Paulo Rio de Janeiro
BR-RN America/Fortaleza Rio Grande do Norte
BR-RO America/Porto_Velho Rondônia
BR-RR America/Boa_Vista Roraima
BR-RS America/Sao_Paulo Rio Grande do Sul
BR-SC America/Sao_Paulo Santa Catarina
BR-SE America/Maceio Sergipe
BR-SP America/Sao_Paulo São Paulo
BR-TO America/Araguaina Tocantins
CA-AB America/Edmonton Alberta
CA-BC America/Vancouver British Columbia
CA-MB America/Winnipeg Manitoba
CA-NB America/Moncton New Brunswick
CA-NL America/St_Johns Newfoundland and Labrador
CA-NS America/Halifax Nova Scotia
CA-NT America/Yellowknife the Northwest Territories
CA-NU America/Iqaluit Nunavut
CA-ON America/Toronto Ontario
CA-PE America/Halifax Prince Edward Island
CA-QC America/Toronto Quebec
CA-SK America/Regina Saskatchewan
CA-YT America/Whitehorse Yukon
DE-BE Europe/Berlin Berlin
DE-BY Europe/Berlin Bavaria
DE-NW Europe/Berlin North Rhine-Westphalia
EC-W Pacific/Galapagos the Galápagos Islands
ES-CE Africa/Ceuta Ceuta
ES-CN Atlantic/Canary the Canary Islands
ES-CT Europe/Madrid Catalonia
ES-ML Africa/Ceuta Melilla
ES-PV Europe/Madrid the Basque Country
FR-20R Europe/Paris Corsica
FR-IDF Europe/Paris Île-de-France
GB-ENG Europe/London England
GB-NIR Europe/London Northern Ireland
GB-SCT Europe/London Scotland
GB-WLS Europe/London Wales
ID-BA Asia/Makassar Bali
ID-GO Asia/Makassar
ID-KB Asia/Pontianak
ID-KI Asia/Makassar
ID-KS Asia/Makassar
ID-KT Asia/Pontianak
ID-KU Asia/Makassar
ID-MA Asia/Jayapura
ID-MU Asia/Jayapura
ID-NB Asia/Makassar
ID-NT Asia/Makassar
ID-PA Asia/Jayapura
ID-PB Asia/Jayapura
ID-SA Asia/Makassar
ID-SG Asia/Makassar
ID-SN Asia/Makassar
ID-SR Asia/Makassar
ID-ST Asia/Makassar
MX-BCN America/Tijuana Baja California
MX-BCS America/Mazatlan Baja California Sur
MX-CAM America/Merida Campeche
MX-CHH America/Chihuahua Chihuahua
MX-COA America/Monterrey Coahuila
MX-NAY America/Mazatlan Nayarit
MX-NLE America/Monterrey Nuevo León
MX-ROO America/Cancun Quintana Roo
MX-SIN America/Mazatlan Sinaloa
MX-SON America/Hermosillo Sonora
MX-TAM America/Monterrey Tamaulipas
MX-YUC America/Merida Yucatán
NZ-CIT Pacific/Chatham the Chatham Islands
PT-20 Atlantic/Azores the Azores
PT-30 Atlantic/Madeira Madeira
RU-AMU Asia/Yakutsk
RU-BA Asia/Yekaterinburg
RU-BU Asia/Irkutsk
RU-CHE Asia/Yekaterinburg
RU-CHU Asia/Anadyr
RU-IRK Asia/Irkutsk
RU-KAM Asia/Kamchatka
RU-KGD Europe/Kaliningrad
RU-KGN Asia/Yekaterinburg
RU-KHA Asia/Vladivostok
RU-KHM Asia/Yekaterinburg
RU-KK Asia/Krasnoyarsk
RU-KYA Asia/Krasnoyarsk
RU-MAG Asia/Magadan
RU-NVS Asia/Novosibirsk
RU-OMS Asia/Omsk
RU-ORE Asia/Yekaterinburg
RU-PER Asia/Yekaterinburg
RU-PRI Asia/Vladivostok
RU-SA Asia/Yakutsk
RU-SAK Asia/Sakhalin
RU-SAM Europe/Samara
RU-SVE Asia/Yekaterinburg
RU-TY Asia/Krasnoyarsk
RU-TYU Asia/Yekaterinburg
RU-UD Europe/Samara
RU-YAN Asia/Yekaterinburg
RU-YEV Asia/Vladivostok
US-AK America/Anchorage Alaska
US-AL America/Chicago Alabama
US-AR America/Chicago Arkansas
US-AS Pacific/Pago_Pago American Samoa
US-AZ America/Phoenix Arizona
US-CA America/Los_Angeles California
US-CO America/Denver Colorado
US-CT America/New_York Connecticut
US-DC America/New_York the District of Columbia
US-DE America/New_York Delaware
US-FL America/New_York Florida
US-GA America/New_York Georgia
US-GU Pacific/Guam Guam
US-HI Pacific/Honolulu Hawaii
US-IA America/Chicago Iowa
US-ID America/Boise Idaho
US-IL America/Chicago Illinois
US-IN America/Indiana/Indianapolis Indiana
US-KS America/Chicago Kansas
US-KY America/New_York Kentucky
US-LA America/Chicago Louisiana
US-MA America/New_York Massachusetts
US-MD America/New_York Maryland
US-ME America/New_York Maine
US-MI America/Detroit Michigan
US-MN America/Chicago Minnesota
US-MO America/Chicago Missouri
US-MP Pacific/Saipan the Northern Mariana Islands
US-MS America/Chicago Mississippi
US-MT America/Denver Montana
US-NC America/New_York North Carolina
US-ND America/Chicago North Dakota
US-NE America/Chicago Nebraska
US-NH America/New_York New Hampshire
US-NJ America/New_York New Jersey
US-NM America/Denver New Mexico
US-NV America/Los_Angeles Nevada
US-NY America/New_York New York
US-OH America/New_York Ohio
US-OK America/Chicago Oklahoma
US-OR America/Los_Angeles Oregon
US-PA America/New_York Pennsylvania
US-PR America/Puerto_Rico Puerto Rico
US-RI America/New_York Rhode Island
US-SC America/New_York South Carolina
US-SD America/Chicago South Dakota
US-TN America/Chicago Tennessee
US-TX America/Chicago Texas
US-UM Pacific/Midway the U.S. Outlying Islands
US-UT America/Denver Utah
US-VA America/New_York Virginia
US-VI America/St_Thomas the U.S. Virgin Islands
US-VT America/New_York Vermont
US-WA America/Los_Angeles Washington
US-WI America/Chicago Wisconsin
US-WV America/New_York West Virginia
US-WY America/Denver Wyoming
"""
