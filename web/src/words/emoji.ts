/** What emoji are called, and by which other words they are found. In the order of `core/emoji.ts`, a comma between. */

import { inLanguage } from './language';

export const en = {
	label: 'Emoji',
	search: 'Search emoji',
	nothing: (words: string) => `No emoji called ‘${words}’.`,
	found: 'Found',
	yours: 'Yours',
	tone: 'Skin tone',
	tones: ['None', 'Light', 'Medium light', 'Medium', 'Medium dark', 'Dark'],
	groups: {
		smileys: 'Smileys',
		people: 'People',
		nature: 'Nature',
		food: 'Food',
		travel: 'Travel',
		activities: 'Activities',
		objects: 'Objects',
		symbols: 'Symbols',
		flags: 'Flags',
	},
	names: {
		smileys:
			'grinning,smiling with open mouth,smiling,beaming,laughing,smiling with sweat,' +
			'rolling on the floor laughing,tears of joy,slightly smiling,upside down,melting,winking,' +
			'pleased,halo,smiling with smiling eyes and three hearts,smiling with heart-shaped eyes,' +
			'grinning with star eyes,face throwing a kiss,kissing,smiling face,kissing with closed eyes,' +
			'kissing with smiling eyes,smiling through tears,face savouring delicious food,' +
			'stuck-out tongue,stuck-out tongue and winking eye,grinning with one large and one small eye,' +
			'stuck-out tongue and tightly-closed eyes,money-mouth,hugging,' +
			'smiling with smiling eyes and hand covering mouth,hand over mouth,peeking,' +
			'finger covering closed lips,thinking,saluting,zipper-mouth,one eyebrow raised,neutral,' +
			'expressionless,face without mouth,dotted line,smirk,unamused,rolling eyes,grimacing,lying,' +
			'shaking,relieved,pensive,sleepy,drooling,asleep,medical mask,thermometer,head-bandage,' +
			'nauseated,open mouth vomiting,sneezing,overheated,freezing,uneven eyes and wavy mouth,dizzy,' +
			'mind blown,cowboy hat,celebrating,disguised,sunglasses,nerd,monocle,confused,diagonal mouth,' +
			'worried,slightly frowning,frowning,surprised,hushed,astonished,flushed,pleading eyes,' +
			'face holding back tears,frowning with open mouth,anguished,fearful,open mouth and cold sweat,' +
			'disappointed but relieved,crying,loudly crying,face screaming in fear,confounded,persevering,' +
			'disappointed,cold sweat,weary,tired,yawning,look of triumph,pouting,angry,' +
			'serious with symbols covering mouth,smiling with horns,imp,skull,skull and crossbones,pile of poo,' +
			'clown,japanese ogre,japanese goblin,ghost,extraterrestrial alien,alien monster,robot,' +
			'smiling cat with open mouth,grinning cat with smiling eyes,cat with tears of joy,' +
			'smiling cat with heart-shaped eyes,cat with wry smile,kissing cat with closed eyes,weary cat,' +
			'crying cat,pouting cat,see-no-evil monkey,hear-no-evil monkey,speak-no-evil monkey,' +
			'love letter,heart with arrow,heart with ribbon,sparkling heart,growing heart,beating heart,' +
			'revolving hearts,two hearts,heart decoration,heart exclamation mark ornament,broken heart,' +
			'heart on fire,mending heart,red heart,pink heart,orange heart,yellow heart,green heart,' +
			'blue heart,light blue heart,purple heart,brown heart,black heart,grey heart,white heart,' +
			'kiss mark,hundred,anger,collision,dizzy,splashing sweat,dash,hole,speech balloon,' +
			'left speech bubble,right anger bubble,thought balloon,sleeping',
		people:
			'wave,raised back of hand,raised hand with fingers splayed,raised hand,long and prosper,' +
			'rightwards hand,leftwards hand,palm down hand,palm up hand,OK hand,pinched fingers,' +
			'pinching hand,victory hand,crossed fingers,hand with index finger and thumb crossed,love you,' +
			'horns,call me hand,left pointing backhand index,right pointing backhand index,' +
			'up pointing backhand index,reversed hand with middle finger extended,' +
			'down pointing backhand index,up pointing index,index pointing at the viewer,thumbs up,' +
			'thumbs down,raised fist,fisted hand,left-facing fist,right-facing fist,clapping,raised hands,' +
			'heart hands,open hands,palms up together,handshake,thanks,writing hand,nail polish,selfie,' +
			'strong arm,mechanical arm,leg,foot,ear,nose,brain,anatomical heart,lungs,tooth,bone,eyes,eye,' +
			'tongue,mouth,biting lip,baby,child,boy,girl,adult,person with blond hair,man,bearded person,' +
			'woman,older adult,older man,older woman,person frowning,person with pouting,no good gesture,' +
			'ok gesture,information desk person,happy person raising one hand,deaf person,' +
			'person bowing deeply,facepalm,shrug,health worker,student,teacher,judge,farmer,cook,mechanic,' +
			'factory worker,office worker,scientist,programmer,singer,artist,pilot,astronaut,firefighter,' +
			'police officer,detective,guardsman,ninja,construction worker,person with crown,prince,' +
			'princess,man with turban,person with headscarf,man in tuxedo,bride with veil,pregnant woman,' +
			'breast-feeding,baby angel,father christmas,mother christmas,superhero,supervillain,mage,' +
			'fairy,vampire,merperson,elf,genie,zombie,troll,face massage,haircut,pedestrian,' +
			'standing person,kneeling person,runner,dancer,man dancing,people with bunny ears,' +
			'person in steamy room,person climbing,fencer,horse racing,skier,snowboarder,golfer,surfer,' +
			'rowboat,swimmer,person with ball,weight lifter,bicyclist,mountain bicyclist,' +
			'person doing cartwheel,wrestlers,water polo,handball,juggling,person in lotus position,bath,' +
			'sleeping accommodation,two women holding hands,man and woman holding hands,' +
			'two men holding hands,kiss,couple with heart,family,speaking head in silhouette,' +
			'bust in silhouette,busts in silhouette,people hugging,footprints',
		nature:
			'monkey face,monkey,gorilla,orangutan,dog face,dog,guide dog,poodle,wolf face,fox face,' +
			'raccoon,cat face,cat,lion face,tiger face,tiger,leopard,horse face,moose,donkey,horse,' +
			'unicorn face,zebra face,deer,bison,cow face,ox,water buffalo,cow,pig face,pig,boar,pig nose,' +
			'ram,sheep,goat,dromedary camel,bactrian camel,llama,giraffe face,elephant,mammoth,rhinoceros,' +
			'hippopotamus,mouse face,mouse,rat,hamster face,rabbit face,rabbit,chipmunk,beaver,hedgehog,' +
			'bat,bear face,koala,panda face,sloth,otter,skunk,kangaroo,badger,paw prints,turkey,chicken,' +
			'rooster,hatching chick,baby chick,front-facing baby chick,bird,penguin,dove of peace,eagle,' +
			'duck,swan,owl,dodo,feather,flamingo,peacock,parrot,wing,goose,frog face,crocodile,turtle,' +
			'lizard,snake,dragon face,dragon,sauropod,t-rex,spouting whale,whale,dolphin,seal,fish,' +
			'tropical fish,blowfish,shark,octopus,spiral shell,coral,jellyfish,snail,butterfly,bug,ant,' +
			'honeybee,beetle,lady beetle,cricket,cockroach,spider,spider web,scorpion,mosquito,fly,worm,' +
			'microbe,bouquet,cherry blossom,flower,lotus,rosette,rose,wilted flower,hibiscus,sunflower,' +
			'blossom,tulip,hyacinth,seedling,potted plant,evergreen tree,deciduous tree,palm tree,cactus,' +
			'ear of rice,herb,shamrock,four leaf clover,maple leaf,fallen leaf,leaf fluttering in wind,' +
			'empty nest,nest with eggs,mushroom,new moon,waxing crescent moon,first quarter moon,' +
			'waxing gibbous moon,full moon,waning gibbous moon,last quarter moon,waning crescent moon,' +
			'crescent moon,new moon with,first quarter moon with,last quarter moon with,thermometer,sun,' +
			'full moon with,sun with,ringed planet,star,glowing star,shooting star,milky way,cloud,' +
			'sun behind cloud,thunder cloud and rain,sun with small cloud,sun behind cloud,' +
			'sun behind cloud with rain,cloud with rain,cloud with snow,cloud with lightning,' +
			'cloud with tornado,fog,wind blowing,cyclone,rainbow,umbrella,umbrella with rain drops,' +
			'umbrella on ground,lightning,snowflake,snowman,snowman without snow,comet,fire,droplet,' +
			'water wave',
		food:
			'grapes,melon,watermelon,tangerine,lemon,banana,pineapple,mango,red apple,green apple,pear,' +
			'peach,cherries,strawberry,blueberries,kiwifruit,tomato,olive,coconut,avocado,aubergine,' +
			'potato,carrot,ear of maize,hot pepper,bell pepper,cucumber,leafy green,broccoli,garlic,onion,' +
			'peanuts,beans,chestnut,ginger,pea pod,bread,croissant,baguette bread,flatbread,pretzel,bagel,' +
			'pancakes,waffle,cheese wedge,meat on bone,poultry leg,cut of meat,bacon,hamburger,' +
			'french fries,slice of pizza,hot dog,sandwich,taco,burrito,tamale,stuffed flatbread,falafel,' +
			'egg,cooking,shallow pan of food,pot of food,fondue,bowl with spoon,green salad,popcorn,' +
			'butter,salt shaker,canned food,bento box,rice cracker,rice ball,cooked rice,curry and rice,' +
			'steaming bowl,spaghetti,roasted sweet potato,oden,sushi,fried shrimp,' +
			'fish cake with swirl design,moon cake,dango,dumpling,fortune cookie,takeout box,crab,lobster,' +
			'shrimp,squid,oyster,soft ice cream,shaved ice,ice cream,doughnut,cookie,birthday cake,' +
			'shortcake,cupcake,pie,chocolate bar,candy,lollipop,custard,honey pot,baby bottle,' +
			'glass of milk,coffee,teapot,tea,sake bottle and cup,bottle with popping cork,wine glass,' +
			'cocktail glass,tropical drink,beer mug,clinking beer mugs,clinking glasses,tumbler glass,' +
			'pouring liquid,cup with straw,bubble tea,beverage box,mate drink,ice cube,chopsticks,' +
			'fork and knife with plate,fork and knife,spoon,hocho,jar,amphora',
		travel:
			'earth globe europe-africa,earth globe americas,earth globe asia-australia,' +
			'globe with meridians,world map,compass,snow capped mountain,mountain,volcano,mount fuji,' +
			'camping,beach with umbrella,desert,desert island,national park,stadium,classical building,' +
			'building construction,brick,rock,wood,hut,house buildings,derelict house building,' +
			'house building,house with garden,office building,japanese post office,hospital,bank,hotel,' +
			'love hotel,convenience store,school,department store,factory,japanese castle,european castle,' +
			'wedding,tokyo tower,statue of liberty,church,mosque,hindu temple,synagogue,shinto shrine,' +
			'kaaba,fountain,tent,foggy,night with stars,cityscape,sunrise over mountains,sunrise,' +
			'cityscape at dusk,sunset over buildings,bridge at night,hot springs,carousel horse,' +
			'playground slide,ferris wheel,roller coaster,barber pole,circus tent,steam locomotive,' +
			'railway car,high-speed train,high-speed train with bullet nose,train,metro,light rail,' +
			'station,tram,monorail,mountain railway,tram car,bus,oncoming bus,trolleybus,minibus,' +
			'ambulance,fire engine,police car,oncoming police car,taxi,oncoming taxi,automobile,' +
			'oncoming automobile,recreational vehicle,pickup truck,delivery truck,articulated lorry,' +
			'tractor,racing car,racing motorcycle,motor scooter,manual wheelchair,motorized wheelchair,' +
			'auto rickshaw,bicycle,scooter,skateboard,roller skate,bus stop,motorway,railway track,' +
			'oil drum,fuel pump,wheel,police cars revolving light,horizontal traffic light,' +
			'vertical traffic light,octagonal,construction,anchor,ring buoy,sailboat,canoe,speedboat,' +
			'passenger ship,ferry,motor boat,ship,airplane,small airplane,airplane departure,' +
			'airplane arriving,parachute,seat,helicopter,suspension railway,mountain cableway,' +
			'aerial tramway,satellite,rocket,flying saucer,bellhop bell,luggage,hourglass,' +
			'hourglass with flowing sand,watch,alarm clock,stopwatch,timer clock,mantelpiece clock,' +
			'clock face twelve oclock,clock face one oclock,clock face two oclock,clock face three oclock,' +
			'clock face four oclock,clock face five oclock,clock face six oclock,clock face seven oclock,' +
			'clock face eight oclock,clock face nine oclock,clock face ten oclock,' +
			'clock face eleven oclock',
		activities:
			'jack-o-lantern,christmas tree,fireworks,firework sparkler,firecracker,sparkles,balloon,party,' +
			'confetti ball,tanabata tree,pine decoration,japanese dolls,carp streamer,wind chime,' +
			'moon viewing ceremony,red gift envelope,ribbon,wrapped present,reminder ribbon,' +
			'admission tickets,ticket,military medal,trophy,sports medal,first place medal,' +
			'second place medal,third place medal,soccer ball,baseball,softball,basketball and hoop,' +
			'volleyball,american football,rugby football,tennis racquet and ball,flying disc,bowling,' +
			'cricket bat and ball,field hockey stick and ball,ice hockey stick and puck,' +
			'lacrosse stick and ball,table tennis paddle and ball,badminton racquet and shuttlecock,' +
			'boxing glove,martial arts uniform,goal net,flag in hole,ice skate,fishing pole and fish,' +
			'diving mask,running shirt with sash,ski and ski boot,sled,curling stone,direct hit,yo-yo,' +
			'kite,billiards,crystal ball,magic wand,video game,joystick,slot machine,game die,' +
			'jigsaw puzzle piece,teddy bear,pinata,mirror ball,nesting dolls,spade suit,heart suit,' +
			'diamond suit,club suit,chess pawn,playing card joker,mahjong tile red dragon,' +
			'flower playing cards,performing arts,frame with picture,artist palette,spool of thread,' +
			'sewing needle,ball of yarn,knot',
		objects:
			'eyeglasses,dark sunglasses,goggles,lab coat,safety vest,necktie,t-shirt,jeans,scarf,gloves,' +
			'coat,socks,dress,kimono,sari,one-piece swimsuit,briefs,shorts,bikini,womans clothes,' +
			'folding fan,purse,handbag,pouch,shopping bags,school satchel,thong sandal,mans shoe,' +
			'athletic shoe,hiking boot,flat shoe,high-heeled shoe,womans sandal,ballet shoes,womans boots,' +
			'crown,womans hat,top hat,graduation cap,billed cap,military helmet,helmet with cross,' +
			'prayer beads,lipstick,ring,gem stone,speaker with cancellation stroke,speaker,' +
			'speaker with one sound wave,speaker with three sound waves,public address loudspeaker,' +
			'cheering megaphone,postal horn,bell,bell with cancellation stroke,musical score,musical note,' +
			'multiple musical notes,studio microphone,level slider,control knobs,microphone,headphone,' +
			'radio,saxophone,accordion,guitar,musical keyboard,trumpet,violin,banjo,drum with drumsticks,' +
			'long drum,mobile phone,mobile phone with rightwards arrow at left,telephone,' +
			'telephone receiver,pager,fax machine,battery,low battery,electric plug,personal computer,' +
			'desktop computer,printer,keyboard,three button mouse,trackball,minidisc,floppy disk,' +
			'optical disc,dvd,abacus,movie camera,film frames,film projector,clapper board,television,' +
			'camera,camera with flash,video camera,videocassette,left-pointing magnifying glass,' +
			'right-pointing magnifying glass,candle,idea,electric torch,izakaya lantern,diya lamp,' +
			'notebook with decorative cover,closed book,open book,green book,blue book,orange book,books,' +
			'notebook,ledger,page with curl,scroll,page facing up,newspaper,rolled-up newspaper,' +
			'bookmark tabs,bookmark,label,money bag,coin,banknote with yen,banknote with dollar,' +
			'banknote with euro,banknote with pound,money with wings,credit card,receipt,' +
			'chart with upwards trend and yen,envelope,e-mail,incoming envelope,' +
			'envelope with downwards arrow above,outbox tray,inbox tray,package,' +
			'closed mailbox with raised flag,closed mailbox with lowered flag,' +
			'open mailbox with raised flag,open mailbox with lowered flag,postbox,ballot box with ballot,' +
			'pencil,nib,lower left fountain pen,lower left ballpoint pen,lower left paintbrush,' +
			'lower left crayon,memo,briefcase,file folder,open file folder,card index dividers,calendar,' +
			'tear-off calendar,spiral note pad,spiral calendar pad,card index,chart with upwards trend,' +
			'chart with downwards trend,bar chart,clipboard,pin,round pushpin,paperclip,linked paperclips,' +
			'straight ruler,triangular ruler,scissors,card file box,file cabinet,wastebasket,lock,' +
			'open lock,lock with ink pen,closed lock with key,key,old key,hammer,axe,pick,hammer and pick,' +
			'hammer and wrench,dagger knife,crossed swords,bomb,boomerang,bow and arrow,shield,' +
			'carpentry saw,wrench,screwdriver,nut and bolt,gear,compression,scales,probing cane,link,' +
			'chains,hook,toolbox,magnet,ladder,alembic,test tube,petri dish,dna double helix,microscope,' +
			'telescope,satellite antenna,syringe,drop of blood,pill,adhesive bandage,crutch,stethoscope,' +
			'x-ray,door,elevator,mirror,window,bed,couch and lamp,chair,toilet,plunger,shower,bathtub,' +
			'mouse trap,razor,lotion bottle,safety pin,broom,basket,roll of paper,bucket,bar of soap,' +
			'bubbles,toothbrush,sponge,fire extinguisher,shopping trolley,smoking,coffin,headstone,' +
			'funeral urn,moyai,placard,identification card',
		symbols:
			'check mark,cross mark,question mark ornament,question mark ornament,' +
			'exclamation mark ornament,exclamation mark,double exclamation mark,exclamation question mark,' +
			'tick,ballot box with check,cross mark,plus,minus,division,multiplication x,equals,' +
			'infinity,warning,children crossing,no entry,no entry,no bicycles,no smoking,' +
			'do not litter,non-potable water,no pedestrians,no mobile phones,no one under eighteen,' +
			'radioactive,biohazard,upwards arrow,north east arrow,rightwards arrow,south east arrow,' +
			'downwards arrow,south west arrow,leftwards arrow,north west arrow,up down arrow,' +
			'left right arrow,leftwards arrow with hook,rightwards arrow with hook,' +
			'arrow pointing rightwards then curving upwards,' +
			'arrow pointing rightwards then curving downwards,' +
			'clockwise downwards and upwards open circle arrows,' +
			'anticlockwise downwards and upwards open circle arrows,back with leftwards arrow above,' +
			'end with leftwards arrow above,on with exclamation mark with left right arrow above,' +
			'soon with rightwards arrow above,top with upwards arrow above,place of worship,atom,om,' +
			'star of david,wheel of dharma,yin yang,latin cross,orthodox cross,star and crescent,peace,' +
			'menorah with nine branches,six pointed star with middle dot,khanda,aries,taurus,gemini,' +
			'cancer,leo,virgo,libra,scorpius,sagittarius,capricorn,aquarius,pisces,ophiuchus,' +
			'twisted rightwards arrows,clockwise rightwards and leftwards open circle arrows,' +
			'clockwise rightwards and leftwards open circle arrows with circled one overlay,' +
			'right-pointing triangle,right-pointing double triangle,' +
			'right-pointing double triangle with vertical bar,' +
			'right-pointing triangle with double vertical bar,left-pointing triangle,' +
			'left-pointing double triangle,left-pointing double triangle with vertical bar,' +
			'up-pointing small red triangle,up-pointing double triangle,down-pointing small red triangle,' +
			'down-pointing double triangle,double vertical bar,square for stop,circle for record,eject,' +
			'cinema,low brightness,high brightness,antenna with bars,wireless,vibration mode,' +
			'mobile phone off,female,male,transgender symbol,currency exchange,dollar,' +
			'staff of aesculapius,universal recycling,fleur-de-lis,trident emblem,name badge,' +
			'japanese for beginner,large circle,curly loop,double curly loop,part alternation mark,' +
			'eight spoked asterisk,eight pointed star,sparkle,copyright,registered,trade mark,key hash,' +
			'key star,key 0,key 1,key 2,key 3,key 4,key 5,key 6,key 7,key 8,key 9,ten,' +
			'input for latin capital letters,input for latin small letters,input for numbers,input for symbols,' +
			'input for latin letters,blood type A,blood type AB,blood type B,cl,cool,free,information,id,' +
			'circled M,new,ng,blood type O,OK,parking,SOS,up with exclamation mark,vs,large red circle,' +
			'large orange circle,large yellow circle,large green circle,large blue circle,' +
			'large purple circle,large brown circle,medium black circle,medium white circle,' +
			'large red square,large orange square,large yellow square,large green square,' +
			'large blue square,large purple square,large brown square,black large square,' +
			'white large square,large orange diamond,large blue diamond,small orange diamond,' +
			'small blue diamond,up-pointing red triangle,down-pointing red triangle,' +
			'diamond shape with a dot inside,radio button,chequered flag,triangular flag on post,' +
			'crossed flags,black flag,white flag,rainbow flag,transgender flag,pirate flag,flag of Europe,' +
			'flag of the United Nations',
	},
	also: {
		'👍': '+1 yes like agree good',
		'👎': '-1 no dislike bad',
		'✅': 'done yes tick ok',
		'❌': 'no wrong',
		'❤️': 'love like',
		'😂': 'lol joy haha',
		'🤣': 'rofl lol',
		'🎉': 'tada hooray celebrate',
		'🙏': 'please pray',
		'👀': 'look see',
		'🔥': 'hot lit',
		'💯': '100 perfect',
		'🚀': 'ship launch deploy',
		'👋': 'hello hi bye',
		'🤔': 'hmm',
		'😢': 'sad',
		'😭': 'sob sad cry',
		'😮': 'wow oh',
		'😡': 'angry mad',
		'😱': 'scream fear',
		'🤷': 'dunno',
		'🤦': 'fail',
		'👏': 'applause bravo',
		'🙌': 'hooray praise',
		'💪': 'muscle strong',
		'🐛': 'defect',
		'💡': 'light bulb',
		'⚠️': 'warning careful',
		'🚨': 'alarm alert siren',
		'🚧': 'work in progress wip',
		'🔒': 'secure closed',
		'🔑': 'secret',
		'📌': 'pushpin',
		'📎': 'attachment paperclip',
		'🗑️': 'delete bin waste',
		'🔧': 'fix tool',
		'🛠️': 'fix tools build',
		'⏰': 'clock time late',
		'⌛': 'wait time',
		'⏳': 'wait time',
		'🎂': 'birthday',
		'🍺': 'beer drink',
		'🍻': 'cheers beer',
		'🥂': 'cheers',
		'☕': 'break',
		'🍕': 'pizza lunch',
		'🌈': 'pride',
		'🏳️‍🌈': 'pride',
		'😊': 'happy blush',
		'😀': 'happy smile',
		'😄': 'happy smile',
		'🙂': 'smile happy',
		'😉': 'wink',
		'😎': 'cool',
		'😅': 'phew',
		'🥳': 'birthday party',
		'🫡': 'yes sir',
		'🤝': 'deal agree',
		'👌': 'ok perfect',
		'✔️': 'check',
		'🆗': 'fine',
		'💔': 'sad',
		'😴': 'tired sleep zzz',
		'🤒': 'sick ill',
		'🤧': 'sick cold',
		'🌴': 'holiday vacation',
		'🏖️': 'holiday vacation beach',
		'🎁': 'present gift',
		'📈': 'growth up',
		'📉': 'down',
		'✉️': 'mail letter',
		'📧': 'mail',
		'📅': 'date day',
		'📝': 'note write',
		'💻': 'computer laptop',
		'🐌': 'slow',
		'🐢': 'slow',
		'🐞': 'bug',
		'🦀': 'rust',
		'🐍': 'python',
		'⛴️': 'boat ship',
		'🚢': 'boat',
		'🚲': 'bike',
		'💬': 'talk message',
		'❓': 'question',
		'❗': 'important',
		'🤖': 'bot',
		'💀': 'dead',
		'🙈': 'see no',
		'🥇': 'first gold',
		'➕': 'plus add',
		'➖': 'minus',
		'🔝': 'top',
		'🆕': 'new',
		'♻️': 'recycle again',
		'🪲': 'bug',
	} as Record<string, string>,
};
export const w = await inLanguage('emoji', en);
