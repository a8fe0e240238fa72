import type { en } from '../emoji';
import type { Translation } from '../language';

export const words: Translation<typeof en> = () => ({
	label: 'Emoji',
	search: 'Emoji suchen',
	nothing: (words) => `Kein Emoji namens „${words}“.`,
	found: 'Gefunden',
	yours: 'Deine',
	tone: 'Hautton',
	tones: ['Keiner', 'Hell', 'Mittelhell', 'Mittel', 'Mitteldunkel', 'Dunkel'],
	groups: {
		smileys: 'Smileys',
		people: 'Menschen',
		nature: 'Natur',
		food: 'Essen',
		travel: 'Reisen',
		activities: 'Aktivitäten',
		objects: 'Dinge',
		symbols: 'Symbole',
		flags: 'Flaggen',
	},
	names: {
		smileys:
			'grinsend,lächelnd mit offenem Mund,lachend mit lachenden Augen,strahlend,' +
			'lachend mit zugekniffenen Augen,lachend mit Schweißtropfen,sich vor Lachen kugelnd,' +
			'Freudentränen,leicht lächelnd,auf dem Kopf,schmelzend,zwinkernd,' +
			'lächelnd mit lachenden Augen,Heiligenschein,lächelnd mit Herzen,Herzaugen,Sternenaugen,' +
			'Kusshand,küssend,lächelndes Gesicht,küssend mit geschlossenen Augen,' +
			'küssend mit lachenden Augen,lächelnd mit Träne,lecker,herausgestreckte Zunge,' +
			'zwinkernd mit herausgestreckter Zunge,albern mit einem großen und einem kleinen Auge,' +
			'herausgestreckte Zunge mit zugekniffenen Augen,Geldgesicht,umarmend,' +
			'kichernd mit Hand vor dem Mund,Hand vor dem Mund mit offenen Augen,' +
			'durch die Finger blickend,psst,nachdenklich,salutierend,Reißverschlussmund,' +
			'hochgezogene Augenbraue,neutral,ausdruckslos,ohne Mund,gepunktete Umrisse,selbstgefällig,' +
			'missmutig,augenrollend,Grimasse,lügend,zitternd,erleichtert,bedrückt,schläfrig,sabbernd,' +
			'schlafend,Atemschutzmaske,Fieberthermometer,Kopfverband,übel,kotzend,niesend,' +
			'schwitzend vor Hitze,frierend,beschwipst,benommen,explodierender Kopf,Cowboyhut,feiernd,' +
			'verkleidet,Sonnenbrille,Streber,Monokel,verwirrt,schiefer Mund,besorgt,etwas traurig,' +
			'traurig,überrascht,verdutzt,erstaunt,errötet,bettelnde Augen,Tränen zurückhaltend,' +
			'offener Mund mit gerunzelter Stirn,gequält,ängstlich,besorgt mit Schweißtropfen,' +
			'enttäuscht und erleichtert,weinend,heulend,vor Angst schreiend,verzweifelt,sich quälend,' +
			'enttäuscht,bedrückt mit Schweißtropfen,erschöpft,müde,gähnend,triumphierend,schmollend,' +
			'wütend,fluchend,lächelnd mit Hörnern,Teufelchen,Totenkopf,Totenkopf mit Knochen,Kackhaufen,' +
			'Clown,japanisches Ungeheuer,japanischer Kobold,Gespenst,Außerirdischer,Computerspielmonster,' +
			'Roboter,lachende Katze,grinsende Katze mit lachenden Augen,Katze mit Freudentränen,' +
			'Katze mit Herzaugen,verschmitzte Katze,küssende Katze,erschrockene Katze,weinende Katze,' +
			'schmollende Katze,nichts sehender Affe,nichts hörender Affe,nichts sagender Affe,' +
			'Liebesbrief,Herz mit Pfeil,Herz mit Schleife,funkelndes Herz,wachsendes Herz,' +
			'schlagendes Herz,kreisende Herzen,zwei Herzen,verziertes Herz,Herz als Ausrufezeichen,' +
			'gebrochenes Herz,brennendes Herz,heilendes Herz,rotes Herz,rosa Herz,oranges Herz,' +
			'gelbes Herz,grünes Herz,blaues Herz,hellblaues Herz,lila Herz,braunes Herz,schwarzes Herz,' +
			'graues Herz,weißes Herz,Kussmund,hundert Punkte,Ärger,Zusammenstoß,Schwindel,Schweißtropfen,' +
			'Staubwolke,Loch,Sprechblase,Sprechblase links,wütende Sprechblase,Gedankenblase,Schlaf',
		people:
			'winkende Hand,erhobener Handrücken,Hand mit gespreizten Fingern,erhobene Hand,' +
			'vulkanischer Gruß,Hand nach rechts,Hand nach links,Handfläche nach unten,' +
			'Handfläche nach oben,OK-Hand,zusammengedrückte Finger,ein klein wenig,Siegeszeichen,' +
			'gekreuzte Finger,Zeigefinger und Daumen gekreuzt,Ich-liebe-dich-Geste,Teufelshörner,' +
			'Ruf-mich-an-Geste,Zeigefinger nach links,Zeigefinger nach rechts,Zeigefinger nach oben,' +
			'Mittelfinger,Zeigefinger nach unten,erhobener Zeigefinger,Zeigefinger auf dich,Daumen hoch,' +
			'Daumen runter,erhobene Faust,Faust,Faust nach links,Faust nach rechts,klatschende Hände,' +
			'jubelnde Hände,Herzhände,offene Hände,Handflächen nach oben,Händedruck,danke,' +
			'schreibende Hand,Nagellack,Selfie,Bizeps,Armprothese,Bein,Fuß,Ohr,Nase,Gehirn,' +
			'anatomisches Herz,Lunge,Zahn,Knochen,Augen,Auge,Zunge,Mund,auf die Lippe beißend,Baby,Kind,' +
			'Junge,Mädchen,Erwachsener,blonde Person,Mann,bärtige Person,Frau,ältere Person,älterer Mann,' +
			'ältere Frau,stirnrunzelnde Person,schmollende Person,ablehnende Geste,zustimmende Geste,' +
			'Auskunft,Person mit erhobener Hand,gehörlose Person,sich verbeugende Person,' +
			'Hand vor dem Gesicht,Achselzucken,medizinische Fachkraft,Student,Lehrer,Richter,Landwirt,' +
			'Koch,Mechaniker,Fabrikarbeiter,Büroangestellter,Wissenschaftler,Programmierer,Sänger,' +
			'Künstler,Pilot,Astronaut,Feuerwehrmann,Polizist,Detektiv,Wachsoldat,Ninja,Bauarbeiter,' +
			'Person mit Krone,Prinz,Prinzessin,Person mit Turban,Person mit Kopftuch,Person im Smoking,' +
			'Braut mit Schleier,Schwangere,stillen,Engelchen,Weihnachtsmann,Weihnachtsfrau,Superheld,' +
			'Superschurke,Magier,Fee,Vampir,Wassermensch,Elf,Flaschengeist,Zombie,Troll,Kopfmassage,' +
			'Haarschnitt,Fußgänger,stehende Person,kniende Person,Läufer,Tänzerin,Tänzer,' +
			'Menschen mit Hasenohren,Person in der Sauna,kletternde Person,Fechter,Pferderennen,' +
			'Skifahrer,Snowboarder,Golfer,Surfer,Ruderboot,Schwimmer,Person mit Ball,Gewichtheber,' +
			'Radfahrer,Mountainbiker,Rad schlagende Person,Ringer,Wasserball,Handball,jonglieren,' +
			'Lotossitz,Badende,Person im Bett,zwei Frauen Hand in Hand,Mann und Frau Hand in Hand,' +
			'zwei Männer Hand in Hand,Kuss,Paar mit Herz,Familie,sprechender Kopf,Umriss einer Person,' +
			'Umriss von Personen,sich umarmende Menschen,Fußabdrücke',
		nature:
			'Affengesicht,Affe,Gorilla,Orang-Utan,Hundegesicht,Hund,Blindenhund,Pudel,Wolf,Fuchs,' +
			'Waschbär,Katzengesicht,Katze,Löwe,Tigergesicht,Tiger,Leopard,Pferdegesicht,Elch,Esel,Pferd,' +
			'Einhorn,Zebra,Hirsch,Bison,Kuhgesicht,Ochse,Wasserbüffel,Kuh,Schweinegesicht,Schwein,' +
			'Wildschwein,Schweinerüssel,Widder,Schaf,Ziege,Dromedar,Kamel,Lama,Giraffe,Elefant,Mammut,' +
			'Nashorn,Nilpferd,Mäusegesicht,Maus,Ratte,Hamster,Hasengesicht,Hase,Streifenhörnchen,Biber,' +
			'Igel,Fledermaus,Bär,Koala,Panda,Faultier,Otter,Stinktier,Känguru,Dachs,Tatzenabdrücke,' +
			'Truthahn,Huhn,Hahn,schlüpfendes Küken,Küken,Küken von vorn,Vogel,Pinguin,Friedenstaube,' +
			'Adler,Ente,Schwan,Eule,Dodo,Feder,Flamingo,Pfau,Papagei,Flügel,Gans,Frosch,Krokodil,' +
			'Schildkröte,Eidechse,Schlange,Drachengesicht,Drache,Sauropode,T-Rex,blasender Wal,Wal,' +
			'Delfin,Robbe,Fisch,Tropenfisch,Kugelfisch,Hai,Oktopus,Muschel,Koralle,Qualle,Schnecke,' +
			'Schmetterling,Raupe,Ameise,Biene,Käfer,Marienkäfer,Grille,Kakerlake,Spinne,Spinnennetz,' +
			'Skorpion,Mücke,Fliege,Wurm,Mikrobe,Blumenstrauß,Kirschblüte,Blumenstempel,Lotosblüte,' +
			'Rosette,Rose,welke Blume,Hibiskus,Sonnenblume,Blüte,Tulpe,Hyazinthe,Keimling,Topfpflanze,' +
			'Nadelbaum,Laubbaum,Palme,Kaktus,Ähre,Kräuter,Kleeblatt,vierblättriges Kleeblatt,Ahornblatt,' +
			'gefallenes Laub,Blätter im Wind,leeres Nest,Nest mit Eiern,Pilz,Neumond,' +
			'zunehmende Mondsichel,zunehmender Halbmond,zunehmender Mond,Vollmond,abnehmender Mond,' +
			'abnehmender Halbmond,abnehmende Mondsichel,Mondsichel,Neumond mit Gesicht,' +
			'zunehmender Halbmond mit Gesicht,abnehmender Halbmond mit Gesicht,Thermometer,Sonne,' +
			'Vollmond mit Gesicht,Sonne mit Gesicht,Planet mit Ringen,Stern,leuchtender Stern,' +
			'Sternschnuppe,Milchstraße,Wolke,Sonne hinter Wolke,Gewitterwolke mit Regen,' +
			'Sonne mit kleiner Wolke,Sonne hinter großer Wolke,Sonne hinter Regenwolke,Regenwolke,' +
			'Schneewolke,Blitzwolke,Tornado,Nebel,Wind,Wirbelsturm,Regenbogen,Regenschirm,' +
			'Regenschirm im Regen,Sonnenschirm,Blitz,Schneeflocke,Schneemann im Schnee,Schneemann,Komet,' +
			'Feuer,Tropfen,Welle',
		food:
			'Trauben,Honigmelone,Wassermelone,Mandarine,Zitrone,Banane,Ananas,Mango,roter Apfel,' +
			'grüner Apfel,Birne,Pfirsich,Kirschen,Erdbeere,Heidelbeeren,Kiwi,Tomate,Olive,Kokosnuss,' +
			'Avocado,Aubergine,Kartoffel,Karotte,Maiskolben,Peperoni,Paprika,Gurke,Blattgemüse,Brokkoli,' +
			'Knoblauch,Zwiebel,Erdnüsse,Bohnen,Kastanie,Ingwer,Erbsenschote,Brot,Croissant,Baguette,' +
			'Fladenbrot,Brezel,Bagel,Pfannkuchen,Waffel,Käse,Fleisch am Knochen,Hähnchenkeule,' +
			'Fleischstück,Speck,Hamburger,Pommes frites,Pizza,Hotdog,Sandwich,Taco,Burrito,Tamale,' +
			'gefülltes Fladenbrot,Falafel,Ei,Spiegelei,Pfannengericht,Eintopf,Fondue,Schüssel mit Löffel,' +
			'grüner Salat,Popcorn,Butter,Salz,Konserve,Bento-Box,Reiscracker,Reisbällchen,Reis,' +
			'Reis mit Curry,dampfende Schüssel,Spaghetti,geröstete Süßkartoffel,Oden,Sushi,' +
			'frittierte Garnele,Fischfrikadelle,Mondkuchen,Dango,Teigtasche,Glückskeks,' +
			'Essen zum Mitnehmen,Krebs,Hummer,Garnele,Tintenfisch,Auster,Softeis,Wassereis,Eiscreme,' +
			'Donut,Keks,Geburtstagstorte,Tortenstück,Cupcake,Kuchen,Schokolade,Bonbon,Lutscher,Pudding,' +
			'Honigtopf,Babyflasche,Glas Milch,Kaffee,Teekanne,Tee,Sake,Flasche mit knallendem Korken,' +
			'Weinglas,Cocktailglas,Tropencocktail,Bierkrug,anstoßende Bierkrüge,anstoßende Gläser,' +
			'Whiskyglas,ausgegossene Flüssigkeit,Becher mit Strohhalm,Bubble Tea,Trinkpäckchen,Mate-Tee,' +
			'Eiswürfel,Essstäbchen,Teller mit Messer und Gabel,Messer und Gabel,Löffel,Küchenmesser,' +
			'Einmachglas,Amphore',
		travel:
			'Globus mit Europa und Afrika,Globus mit Amerika,Globus mit Asien und Australien,' +
			'Globus mit Meridianen,Weltkarte,Kompass,schneebedeckter Berg,Berg,Vulkan,Fuji,Camping,' +
			'Strand mit Sonnenschirm,Wüste,einsame Insel,Nationalpark,Stadion,klassisches Gebäude,' +
			'Baukran,Ziegel,Felsen,Holz,Hütte,Wohnhäuser,verfallenes Haus,Haus,Haus mit Garten,' +
			'Bürogebäude,japanisches Postamt,Krankenhaus,Bank,Hotel,Stundenhotel,Minimarkt,Schule,' +
			'Kaufhaus,Fabrik,japanisches Schloss,Burg,Hochzeit,Tokioter Fernsehturm,Freiheitsstatue,' +
			'Kirche,Moschee,Hindutempel,Synagoge,Shinto-Schrein,Kaaba,Springbrunnen,Zelt,neblig,' +
			'Sternennacht,Skyline,Sonnenaufgang über Bergen,Sonnenaufgang,Skyline in der Dämmerung,' +
			'Sonnenuntergang über Häusern,Brücke bei Nacht,heiße Quellen,Karussellpferd,Rutsche,' +
			'Riesenrad,Achterbahn,Barbierstange,Zirkuszelt,Dampflokomotive,Eisenbahnwagen,' +
			'Hochgeschwindigkeitszug,Hochgeschwindigkeitszug mit spitzer Nase,Zug,U-Bahn,Stadtbahn,' +
			'Bahnhof,Straßenbahn,Einschienenbahn,Bergbahn,Straßenbahnwagen,Bus,Bus von vorn,' +
			'Oberleitungsbus,Kleinbus,Krankenwagen,Feuerwehrauto,Polizeiauto,Polizeiauto von vorn,Taxi,' +
			'Taxi von vorn,Auto,Auto von vorn,Geländewagen,Pick-up,Lieferwagen,Sattelschlepper,Traktor,' +
			'Rennauto,Motorrad,Motorroller,Rollstuhl,elektrischer Rollstuhl,Autorikscha,Fahrrad,' +
			'Tretroller,Skateboard,Rollschuh,Bushaltestelle,Autobahn,Bahngleis,Ölfass,Tanksäule,Rad,' +
			'Blaulicht,waagerechte Ampel,senkrechte Ampel,Stoppschild,Baustelle,Anker,Rettungsring,' +
			'Segelboot,Kanu,Schnellboot,Passagierschiff,Fähre,Motorboot,Schiff,Flugzeug,kleines Flugzeug,' +
			'Abflug,Landung,Fallschirm,Sitzplatz,Hubschrauber,Schwebebahn,Bergseilbahn,Luftseilbahn,' +
			'Satellit,Rakete,fliegende Untertasse,Rezeptionsglocke,Gepäck,Sanduhr,laufende Sanduhr,' +
			'Armbanduhr,Wecker,Stoppuhr,Zeitschaltuhr,Kaminuhr,zwölf Uhr,ein Uhr,zwei Uhr,drei Uhr,' +
			'vier Uhr,fünf Uhr,sechs Uhr,sieben Uhr,acht Uhr,neun Uhr,zehn Uhr,elf Uhr',
		activities:
			'Halloweenkürbis,Weihnachtsbaum,Feuerwerk,Wunderkerze,Feuerwerkskörper,Funkeln,Luftballon,' +
			'Party,Konfettiball,Tanabata-Baum,Kiefernschmuck,japanische Puppen,Karpfenfahnen,Windspiel,' +
			'Mondfest,roter Umschlag,Schleife,Geschenk,Gedenkschleife,Eintrittskarten,Ticket,' +
			'Militärorden,Pokal,Sportmedaille,Goldmedaille,Silbermedaille,Bronzemedaille,Fußball,' +
			'Baseball,Softball,Basketball,Volleyball,American Football,Rugby,Tennis,Frisbee,Bowling,' +
			'Kricket,Feldhockey,Eishockey,Lacrosse,Tischtennis,Badminton,Boxhandschuh,Kampfsportanzug,' +
			'Tor,Golfloch,Schlittschuh,Angel mit Fisch,Tauchermaske,Laufhemd,Ski,Schlitten,Curlingstein,' +
			'Volltreffer,Jo-Jo,Drachen,Billard,Kristallkugel,Zauberstab,Videospiel,Joystick,Spielautomat,' +
			'Würfel,Puzzleteil,Teddybär,Piñata,Discokugel,Matroschka,Pik,Herz als Spielkarte,Karo,' +
			'Kreuz als Spielkarte,Bauer im Schach,Joker,Mahjong-Stein,Blumenspielkarte,Theater,' +
			'gerahmtes Bild,Malerpalette,Garnrolle,Nähnadel,Wollknäuel,Knoten',
		objects:
			'Brille,dunkle Sonnenbrille,Schutzbrille,Laborkittel,Warnweste,Hemd mit Krawatte,T-Shirt,' +
			'Jeans,Schal,Handschuhe,Mantel,Socken,Kleid,Kimono,Sari,Badeanzug,Slip,kurze Hose,Bikini,' +
			'Damenbluse,Fächer,Geldbörse,Handtasche,Täschchen,Einkaufstüten,Schulranzen,Zehensandale,' +
			'Herrenschuh,Turnschuh,Wanderschuh,flacher Schuh,Stöckelschuh,Damensandale,Ballettschuhe,' +
			'Damenstiefel,Krone,Damenhut,Zylinder,Doktorhut,Schirmmütze,Militärhelm,Helm mit Kreuz,' +
			'Gebetskette,Lippenstift,Ring,Edelstein,Lautsprecher aus,Lautsprecher,Lautsprecher leise,' +
			'Lautsprecher laut,Durchsage,Megafon,Posthorn,Glocke,durchgestrichene Glocke,Notenzeile,' +
			'Musiknote,Musiknoten,Studiomikrofon,Schieberegler,Drehregler,Mikrofon,Kopfhörer,Radio,' +
			'Saxofon,Akkordeon,Gitarre,Klaviertasten,Trompete,Geige,Banjo,Trommel mit Schlägeln,' +
			'lange Trommel,Mobiltelefon,Mobiltelefon mit Pfeil,Telefon,Telefonhörer,Pager,Faxgerät,' +
			'Batterie,schwache Batterie,Netzstecker,Laptop,Desktop-Computer,Drucker,Tastatur,' +
			'Computermaus,Trackball,Minidisc,Diskette,CD,DVD,Abakus,Filmkamera,Filmstreifen,' +
			'Filmprojektor,Filmklappe,Fernseher,Fotoapparat,Fotoapparat mit Blitz,Videokamera,' +
			'Videokassette,Lupe nach links,Lupe nach rechts,Kerze,Idee,Taschenlampe,rote Papierlaterne,' +
			'Öllampe,verziertes Notizbuch,geschlossenes Buch,offenes Buch,grünes Buch,blaues Buch,' +
			'oranges Buch,Bücher,Notizbuch,Geschäftsbuch,eingerollte Seite,Schriftrolle,Seite,Zeitung,' +
			'zusammengerollte Zeitung,Registerblätter,Lesezeichen,Etikett,Geldsack,Münze,Yen-Schein,' +
			'Dollar-Schein,Euro-Schein,Pfund-Schein,Geld mit Flügeln,Kreditkarte,Beleg,' +
			'Aufwärtskurve mit Yen,Briefumschlag,E-Mail,eingehender Umschlag,' +
			'Umschlag mit Pfeil nach unten,Postausgang,Posteingang,Paket,' +
			'geschlossener Briefkasten mit Post,geschlossener Briefkasten ohne Post,' +
			'offener Briefkasten mit Post,offener Briefkasten ohne Post,Postkasten,Wahlurne,Bleistift,' +
			'Schreibfeder,Füllfederhalter,Kugelschreiber,Pinsel,Wachsmalstift,Notiz,Aktentasche,Ordner,' +
			'offener Ordner,Karteireiter,Kalender,Abreißkalender,Notizblock,Spiralkalender,' +
			'Rotationskartei,Aufwärtskurve,Abwärtskurve,Balkendiagramm,Klemmbrett,Reißzwecke,Stecknadel,' +
			'Büroklammer,verbundene Büroklammern,Lineal,Geodreieck,Schere,Karteikasten,Aktenschrank,' +
			'Papierkorb,Schloss,offenes Schloss,Schloss mit Füller,Schloss mit Schlüssel,Schlüssel,' +
			'alter Schlüssel,Hammer,Axt,Spitzhacke,Hammer und Spitzhacke,Hammer und Schraubenschlüssel,' +
			'Dolch,gekreuzte Schwerter,Bombe,Bumerang,Pfeil und Bogen,Schild,Säge,Schraubenschlüssel,' +
			'Schraubendreher,Mutter und Schraube,Zahnrad,Schraubzwinge,Waage,Blindenstock,Kettenglied,' +
			'Ketten,Haken,Werkzeugkasten,Magnet,Leiter,Destillierkolben,Reagenzglas,Petrischale,' +
			'DNA-Doppelhelix,Mikroskop,Teleskop,Satellitenschüssel,Spritze,Blutstropfen,Pille,Pflaster,' +
			'Krücke,Stethoskop,Röntgenbild,Tür,Aufzug,Spiegel,Fenster,Bett,Sofa mit Lampe,Stuhl,Toilette,' +
			'Saugglocke,Dusche,Badewanne,Mausefalle,Rasiermesser,Cremeflasche,Sicherheitsnadel,Besen,' +
			'Korb,Papierrolle,Eimer,Seife,Seifenblasen,Zahnbürste,Schwamm,Feuerlöscher,Einkaufswagen,' +
			'Zigarette,Sarg,Grabstein,Urne,Osterinsel-Statue,Protestschild,Ausweis',
		symbols:
			'Häkchen im Kasten,Kreuzzeichen,Fragezeichen,weißes Fragezeichen,weißes Ausrufezeichen,' +
			'Ausrufezeichen,doppeltes Ausrufezeichen,Ausrufe- und Fragezeichen,Häkchen,' +
			'angekreuzter Wahlkasten,Kreuz im Kasten,Plus,Minus,geteilt,mal,gleich,unendlich,Warnung,' +
			'spielende Kinder,Einfahrt verboten,verboten,Fahrräder verboten,Rauchen verboten,' +
			'Müll abladen verboten,kein Trinkwasser,Fußgänger verboten,Mobiltelefone verboten,' +
			'unter achtzehn verboten,radioaktiv,Biogefahr,Pfeil nach oben,Pfeil nach rechts oben,' +
			'Pfeil nach rechts,Pfeil nach rechts unten,Pfeil nach unten,Pfeil nach links unten,' +
			'Pfeil nach links,Pfeil nach links oben,Pfeil nach oben und unten,' +
			'Pfeil nach links und rechts,geschwungener Pfeil nach links,geschwungener Pfeil nach rechts,' +
			'Pfeil nach rechts und dann nach oben,Pfeil nach rechts und dann nach unten,' +
			'Kreispfeile im Uhrzeigersinn,Kreispfeile gegen den Uhrzeigersinn,Pfeil zurück,' +
			'Pfeil mit „End“,Pfeil mit „On!“,Pfeil mit „Soon“,Pfeil mit „Top“,Gebetsstätte,Atom,Om,' +
			'Davidstern,Dharma-Rad,Yin und Yang,lateinisches Kreuz,orthodoxes Kreuz,Stern und Halbmond,' +
			'Frieden,Menora mit neun Armen,Stern mit sechs Zacken,Khanda,Widder im Tierkreis,Stier,' +
			'Zwillinge,Krebs im Tierkreis,Löwe im Tierkreis,Jungfrau,Waage im Tierkreis,' +
			'Skorpion im Tierkreis,Schütze,Steinbock,Wassermann,Fische,Schlangenträger,' +
			'verschlungene Pfeile,wiederholen,einmal wiederholen,Wiedergabe,vorspulen,nächster Titel,' +
			'Wiedergabe oder Pause,Dreieck nach links,zurückspulen,voriger Titel,' +
			'kleines Dreieck nach oben,doppeltes Dreieck nach oben,kleines Dreieck nach unten,' +
			'doppeltes Dreieck nach unten,Pause,Stopp,Aufnahme,auswerfen,Kino,geringe Helligkeit,' +
			'große Helligkeit,Empfangsbalken,WLAN,Vibrationsmodus,Mobiltelefon aus,weiblich,männlich,' +
			'Transgender-Symbol,Geldwechsel,Dollar,Äskulapstab,Recycling,Lilie,Dreizack,Namensschild,' +
			'japanisches Anfängerzeichen,großer Kreis,Schleife aus Draht,doppelte Schleife,' +
			'Teilwechselzeichen,achtstrahliges Sternchen,achtzackiger Stern,Glanz,Copyright,' +
			'eingetragene Marke,Warenzeichen,Taste Raute,Taste Stern,Taste 0,Taste 1,Taste 2,Taste 3,' +
			'Taste 4,Taste 5,Taste 6,Taste 7,Taste 8,Taste 9,zehn,Eingabe von Großbuchstaben,' +
			'Eingabe von Kleinbuchstaben,Eingabe von Zahlen,Eingabe von Zeichen,Eingabe von Buchstaben,' +
			'Blutgruppe A,Blutgruppe AB,Blutgruppe B,CL,cool,kostenlos,Information,ID,M im Kreis,neu,NG,' +
			'Blutgruppe 0,OK,Parkplatz,SOS,Up mit Ausrufezeichen,gegen,roter Kreis,oranger Kreis,' +
			'gelber Kreis,grüner Kreis,blauer Kreis,lila Kreis,brauner Kreis,schwarzer Kreis,' +
			'weißer Kreis,rotes Quadrat,oranges Quadrat,gelbes Quadrat,grünes Quadrat,blaues Quadrat,' +
			'lila Quadrat,braunes Quadrat,schwarzes Quadrat,weißes Quadrat,große orange Raute,' +
			'große blaue Raute,kleine orange Raute,kleine blaue Raute,rotes Dreieck nach oben,' +
			'rotes Dreieck nach unten,Raute mit Punkt,Optionsfeld,Zielflagge,dreieckige Flagge,' +
			'gekreuzte Flaggen,schwarze Flagge,weiße Flagge,Regenbogenflagge,Transgender-Flagge,' +
			'Piratenflagge,Flagge Europas,Flagge der Vereinten Nationen',
	},
	also: {
		'👍': '+1 ja mag gut einverstanden gefällt',
		'👎': '-1 nein schlecht',
		'✅': 'erledigt fertig ja haken ok',
		'❌': 'nein falsch',
		'❤️': 'liebe mag',
		'😂': 'lol haha lachen',
		'🤣': 'rofl lol lachen',
		'🎉': 'tada hurra feiern',
		'🙏': 'bitte beten',
		'👀': 'schauen sehen',
		'🔥': 'heiß',
		'💯': '100 perfekt',
		'🚀': 'start los ausliefern',
		'👋': 'hallo hi tschüss',
		'🤔': 'hmm denken',
		'😢': 'traurig',
		'😭': 'traurig schluchzen weinen',
		'😮': 'wow oh',
		'😡': 'wütend sauer',
		'😱': 'schrei angst',
		'🤷': 'keine_ahnung schulterzucken',
		'🤦': 'oje fehler facepalm',
		'👏': 'applaus bravo',
		'🙌': 'hurra lob',
		'💪': 'muskel stark',
		'🐛': 'fehler bug',
		'💡': 'glühbirne licht',
		'⚠️': 'achtung vorsicht',
		'🚨': 'alarm sirene',
		'🚧': 'in_arbeit wip',
		'🔒': 'sicher zu geschlossen',
		'🔑': 'geheim',
		'📌': 'pin angeheftet',
		'📎': 'anhang',
		'🗑️': 'löschen müll abfall',
		'🔧': 'reparieren werkzeug',
		'🛠️': 'reparieren werkzeug bauen',
		'⏰': 'uhr zeit spät',
		'⌛': 'warten zeit',
		'⏳': 'warten zeit',
		'🎂': 'geburtstag',
		'🍺': 'bier trinken',
		'🍻': 'prost bier',
		'🥂': 'prost',
		'☕': 'pause',
		'🍕': 'mittag mittagessen',
		'🌈': 'pride',
		'🏳️‍🌈': 'pride',
		'😊': 'froh glücklich',
		'😀': 'froh lachen',
		'😄': 'froh lachen',
		'🙂': 'lächeln froh',
		'😉': 'zwinkern',
		'😎': 'cool',
		'😅': 'puh',
		'🥳': 'geburtstag party',
		'🫡': 'jawohl',
		'🤝': 'abgemacht einverstanden',
		'👌': 'ok perfekt',
		'✔️': 'haken',
		'🆗': 'gut',
		'💔': 'traurig',
		'😴': 'müde schlaf zzz',
		'🤒': 'krank',
		'🤧': 'krank erkältet gesundheit',
		'🌴': 'urlaub ferien',
		'🏖️': 'urlaub ferien strand',
		'🎁': 'geschenk',
		'📈': 'wachstum hoch',
		'📉': 'runter',
		'✉️': 'mail brief post',
		'📧': 'mail post',
		'📅': 'datum tag termin',
		'📝': 'schreiben',
		'💻': 'computer rechner',
		'🐌': 'langsam',
		'🐢': 'langsam',
		'🐞': 'bug',
		'🦀': 'rust',
		'🐍': 'python',
		'⛴️': 'boot schiff',
		'🚢': 'boot',
		'🚲': 'rad',
		'💬': 'reden nachricht',
		'❓': 'frage',
		'❗': 'wichtig',
		'🤖': 'bot',
		'💀': 'tot',
		'🙈': 'nichts_sehen',
		'🥇': 'erster gold',
		'➕': 'dazu',
		'➖': 'weniger',
		'🔝': 'oben spitze',
		'🆕': 'new',
		'♻️': 'wiederverwerten nochmal',
		'🪲': 'bug',
	},
});
