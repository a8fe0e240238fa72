import type { en } from '../emoji';
import type { Translation } from '../language';

export const words: Translation<typeof en> = () => ({
	label: 'Emoji',
	search: 'Buscar emojis',
	nothing: (words) => `No hay ningún emoji llamado «${words}».`,
	found: 'Encontrados',
	yours: 'Los tuyos',
	tone: 'Tono de piel',
	tones: ['Ninguno', 'Claro', 'Medio claro', 'Medio', 'Medio oscuro', 'Oscuro'],
	groups: {
		smileys: 'Caras',
		people: 'Personas',
		nature: 'Naturaleza',
		food: 'Comida',
		travel: 'Viajes',
		activities: 'Actividades',
		objects: 'Objetos',
		symbols: 'Símbolos',
		flags: 'Banderas',
	},
	names: {
		smileys:
			'sonrisa,sonrisa con la boca abierta,sonriente,radiante,risa,risa con sudor,risa por el suelo,' +
			'lágrimas de alegría,sonrisa leve,cara al revés,derritiéndose,guiño,contento,halo,' +
			'sonrisa con corazones,ojos de corazón,ojos de estrella,lanzando un beso,besando,' +
			'cara sonriente,beso con los ojos cerrados,beso con ojos sonrientes,sonrisa con lágrima,' +
			'saboreando,lengua fuera,lengua fuera y guiño,cara alocada,lengua fuera y ojos cerrados,' +
			'cara de dinero,abrazando,risa tapándose la boca,mano sobre la boca,mirando entre los dedos,' +
			'pidiendo silencio,pensando,saludo militar,boca con cremallera,ceja levantada,neutral,' +
			'inexpresivo,cara sin boca,cara punteada,sonrisa pícara,desaprobación,ojos en blanco,mueca,' +
			'mintiendo,temblando,aliviado,pensativo,con sueño,babeando,dormido,mascarilla,' +
			'termómetro en la boca,cabeza vendada,con náuseas,vomitando,estornudando,acalorado,con frío,' +
			'cara de grogui,mareado,cabeza explotando,sombrero vaquero,celebrando,disfrazado,gafas de sol,' +
			'empollón,monóculo,confundido,boca torcida,preocupado,algo triste,triste,sorprendido,' +
			'callado de asombro,asombrado,sonrojado,ojos suplicantes,aguantando las lágrimas,' +
			'ceño y boca abierta,angustiado,asustado,ansioso con sudor frío,decepcionado pero aliviado,' +
			'llorando,llorando a mares,gritando de miedo,descompuesto,aguantando,decepcionado,sudor frío,' +
			'agotado,cansado,bostezando,resoplando,furioso,enfadado,palabrotas,diablo sonriente,' +
			'diablo enfadado,calavera,calavera y tibias,caca,payaso,ogro japonés,duende japonés,fantasma,' +
			'extraterrestre,monstruo extraterrestre,robot,gato con la boca abierta,' +
			'gato con ojos sonrientes,gato con lágrimas de alegría,gato con ojos de corazón,' +
			'gato con sonrisa pícara,gato besando,gato agotado,gato llorando,gato enfadado,mono que no ve,' +
			'mono que no oye,mono que no habla,carta de amor,corazón con flecha,corazón con lazo,' +
			'corazón brillante,corazón creciente,corazón que late,corazones que giran,dos corazones,' +
			'adorno de corazón,exclamación de corazón,corazón roto,corazón en llamas,corazón que sana,' +
			'corazón rojo,corazón rosa,corazón naranja,corazón amarillo,corazón verde,corazón azul,' +
			'corazón azul claro,corazón morado,corazón marrón,corazón negro,corazón gris,corazón blanco,' +
			'marca de beso,cien,enfado,choque,estrellas de mareo,gotas de sudor,a toda prisa,agujero,' +
			'bocadillo de diálogo,bocadillo hacia la izquierda,bocadillo de enfado,' +
			'bocadillo de pensamiento,durmiendo',
		people:
			'saludo con la mano,dorso de la mano,mano con los dedos abiertos,mano levantada,saludo vulcano,' +
			'mano hacia la derecha,mano hacia la izquierda,palma hacia abajo,palma hacia arriba,' +
			'mano de acuerdo,dedos juntos,un poquito,señal de victoria,dedos cruzados,' +
			'índice y pulgar cruzados,te quiero en señas,mano de cuernos,mano de llámame,' +
			'índice hacia la izquierda,índice hacia la derecha,índice hacia arriba,dedo corazón,' +
			'índice hacia abajo,dedo hacia arriba,señalándote,pulgar hacia arriba,pulgar hacia abajo,' +
			'puño en alto,puñetazo,puño hacia la izquierda,puño hacia la derecha,aplauso,manos en alto,' +
			'manos en forma de corazón,manos abiertas,palmas juntas hacia arriba,apretón de manos,gracias,' +
			'mano que escribe,pintura de uñas,selfi,brazo fuerte,brazo mecánico,pierna,pie,oreja,nariz,' +
			'cerebro,corazón humano,pulmones,diente,hueso,ojos,ojo,lengua,boca,labio mordido,bebé,' +
			'niño o niña,niño,niña,persona adulta,persona rubia,hombre,persona con barba,mujer,' +
			'persona mayor,anciano,anciana,persona con el ceño fruncido,persona que hace pucheros,' +
			'gesto de no,gesto de acuerdo,persona de información,persona con la mano levantada,' +
			'persona sorda,reverencia,mano en la cara,encogerse de hombros,personal sanitario,estudiante,' +
			'docente,juez,agricultura,cocina,mecánica,trabajo en fábrica,trabajo de oficina,ciencia,' +
			'programación,cantante,artista,piloto,astronauta,bombero,policía,detective,guardia,ninja,' +
			'obrero,persona con corona,príncipe,princesa,persona con turbante,mujer con pañuelo,' +
			'persona con esmoquin,persona con velo,embarazada,lactancia,bebé ángel,papá noel,mamá noel,' +
			'superhéroe,supervillano,mago,hada,vampiro,sirena,elfo,genio,zombi,trol,masaje facial,' +
			'corte de pelo,peatón,persona de pie,persona de rodillas,persona que corre,bailarina,' +
			'hombre que baila,personas con orejas de conejo,persona en la sauna,escalada,esgrima,' +
			'carrera de caballos,esquí,snowboard,golf,surf,remo,natación,persona con balón,' +
			'levantamiento de pesas,ciclismo,ciclismo de montaña,voltereta lateral,lucha,waterpolo,' +
			'balonmano,malabares,postura del loto,baño,persona en la cama,mujeres de la mano,' +
			'mujer y hombre de la mano,hombres de la mano,beso,pareja con corazón,familia,cabeza que habla,' +
			'silueta de busto,siluetas de bustos,abrazo,huellas de pies',
		nature:
			'cara de mono,mono,gorila,orangután,cara de perro,perro,perro guía,caniche,cara de lobo,' +
			'cara de zorro,mapache,cara de gato,gato,cara de león,cara de tigre,tigre,leopardo,' +
			'cara de caballo,alce,burro,caballo,unicornio,cebra,ciervo,bisonte,cara de vaca,buey,' +
			'búfalo de agua,vaca,cara de cerdo,cerdo,jabalí,nariz de cerdo,carnero,oveja,cabra,dromedario,' +
			'camello,llama,jirafa,elefante,mamut,rinoceronte,hipopótamo,cara de ratón,ratón,rata,hámster,' +
			'cara de conejo,conejo,ardilla,castor,erizo,murciélago,oso,koala,panda,perezoso,nutria,mofeta,' +
			'canguro,tejón,huellas de patas,pavo,gallina,gallo,pollito que sale del huevo,pollito,' +
			'pollito de frente,pájaro,pingüino,paloma de la paz,águila,pato,cisne,búho,dodo,pluma,flamenco,' +
			'pavo real,loro,ala,ganso,rana,cocodrilo,tortuga,lagarto,serpiente,cara de dragón,dragón,' +
			'saurópodo,tiranosaurio,ballena con chorro,ballena,delfín,foca,pez,pez tropical,pez globo,' +
			'tiburón,pulpo,caracola,coral,medusa,caracol,mariposa,oruga,hormiga,abeja,escarabajo,mariquita,' +
			'grillo,cucaracha,araña,telaraña,escorpión,mosquito,mosca,gusano,microbio,ramo de flores,' +
			'flor de cerezo,flor,loto,roseta,rosa,flor marchita,hibisco,girasol,flor amarilla,tulipán,' +
			'jacinto,brote,planta en maceta,árbol de hoja perenne,árbol de hoja caduca,palmera,cactus,' +
			'espiga de arroz,hierba,trébol,trébol de cuatro hojas,hoja de arce,hojas caídas,' +
			'hojas al viento,nido vacío,nido con huevos,seta,luna nueva,luna creciente,cuarto creciente,' +
			'luna gibosa creciente,luna llena,luna gibosa menguante,cuarto menguante,luna menguante,' +
			'media luna,luna nueva con cara,cuarto creciente con cara,cuarto menguante con cara,termómetro,' +
			'sol,luna llena con cara,sol con cara,planeta con anillos,estrella,estrella brillante,' +
			'estrella fugaz,vía láctea,nube,sol detrás de una nube,nube con truenos y lluvia,' +
			'sol con nube pequeña,sol detrás de una nube grande,sol y nube con lluvia,nube con lluvia,' +
			'nube con nieve,nube con rayo,tornado,niebla,viento,ciclón,arcoíris,paraguas,' +
			'paraguas con lluvia,sombrilla,rayo,copo de nieve,muñeco de nieve,muñeco sin nieve,cometa,' +
			'fuego,gota,ola',
		food:
			'uvas,melón,sandía,mandarina,limón,plátano,piña,mango,manzana roja,manzana verde,pera,' +
			'melocotón,cerezas,fresa,arándanos,kiwi,tomate,aceituna,coco,aguacate,berenjena,patata,' +
			'zanahoria,mazorca de maíz,guindilla,pimiento,pepino,verdura de hoja,brócoli,ajo,cebolla,' +
			'cacahuetes,alubias,castaña,jengibre,guisantes,pan,cruasán,baguete,pan plano,pretzel,bagel,' +
			'tortitas,gofre,queso,carne con hueso,muslo de ave,corte de carne,beicon,hamburguesa,' +
			'patatas fritas,porción de pizza,perrito caliente,sándwich,taco,burrito,tamal,kebab,falafel,' +
			'huevo,huevo frito,paella,olla de comida,fondue,cuenco con cuchara,ensalada,palomitas,' +
			'mantequilla,salero,lata de comida,caja de bento,galleta de arroz,bola de arroz,arroz cocido,' +
			'arroz con curri,cuenco humeante,espaguetis,boniato asado,oden,sushi,gamba frita,' +
			'pastel de pescado,pastel de luna,dango,empanadilla,galleta de la suerte,comida para llevar,' +
			'cangrejo,langosta,gamba,calamar,ostra,helado de cucurucho,granizado,helado,rosquilla,galleta,' +
			'tarta de cumpleaños,trozo de tarta,magdalena,pastel,tableta de chocolate,caramelo,piruleta,' +
			'flan,tarro de miel,biberón,vaso de leche,café,tetera,té,sake,botella descorchada,copa de vino,' +
			'copa de cóctel,bebida tropical,jarra de cerveza,brindis con cerveza,brindis,vaso de whisky,' +
			'líquido que se vierte,vaso con pajita,té de burbujas,brik de zumo,mate,cubito de hielo,' +
			'palillos,plato con tenedor y cuchillo,tenedor y cuchillo,cuchara,cuchillo de cocina,tarro,' +
			'ánfora',
		travel:
			'globo terráqueo de Europa y África,globo terráqueo de América,' +
			'globo terráqueo de Asia y Australia,globo con meridianos,mapamundi,brújula,montaña nevada,' +
			'montaña,volcán,monte Fuji,camping,playa con sombrilla,desierto,isla desierta,parque nacional,' +
			'estadio,edificio clásico,construcción de edificio,ladrillo,roca,madera,cabaña,casas,' +
			'casa en ruinas,casa,casa con jardín,edificio de oficinas,oficina de correos japonesa,hospital,' +
			'banco,hotel,hotel del amor,tienda de barrio,escuela,grandes almacenes,fábrica,' +
			'castillo japonés,castillo europeo,boda,torre de Tokio,estatua de la Libertad,iglesia,mezquita,' +
			'templo hindú,sinagoga,santuario sintoísta,kaaba,fuente,tienda de campaña,ciudad con niebla,' +
			'noche estrellada,paisaje urbano,amanecer en las montañas,amanecer,ciudad al anochecer,' +
			'puesta de sol en la ciudad,puente de noche,aguas termales,tiovivo,tobogán,noria,montaña rusa,' +
			'poste de barbería,carpa de circo,locomotora de vapor,vagón,tren de alta velocidad,tren bala,' +
			'tren,metro,tren ligero,estación,tranvía,monorraíl,tren de montaña,vagón de tranvía,autobús,' +
			'autobús de frente,trolebús,minibús,ambulancia,coche de bomberos,coche de policía,' +
			'coche de policía de frente,taxi,taxi de frente,coche,coche de frente,todoterreno,camioneta,' +
			'camión de reparto,camión articulado,tractor,coche de carreras,moto,escúter,' +
			'silla de ruedas manual,silla de ruedas eléctrica,mototaxi,bicicleta,patinete,monopatín,' +
			'patín de ruedas,parada de autobús,autopista,vía de tren,barril de petróleo,' +
			'surtidor de gasolina,rueda,luz de policía,semáforo horizontal,semáforo vertical,señal de stop,' +
			'obras,ancla,salvavidas,velero,canoa,lancha rápida,barco de pasajeros,ferri,barco a motor,' +
			'barco,avión,avioneta,avión que despega,avión que aterriza,paracaídas,asiento,helicóptero,' +
			'tren colgante,teleférico de montaña,teleférico,satélite,cohete,platillo volante,' +
			'timbre de hotel,equipaje,reloj de arena,reloj de arena en marcha,reloj de pulsera,despertador,' +
			'cronómetro,temporizador,reloj de mesa,las doce,la una,las dos,las tres,las cuatro,las cinco,' +
			'las seis,las siete,las ocho,las nueve,las diez,las once',
		activities:
			'calabaza de halloween,árbol de Navidad,fuegos artificiales,bengala,petardo,destellos,globo,' +
			'fiesta,bola de confeti,árbol de tanabata,adorno de pino,muñecas japonesas,banderín de carpas,' +
			'campanilla de viento,contemplación de la luna,sobre rojo,lazo,regalo,lazo conmemorativo,' +
			'billetes de entrada,entrada,medalla militar,trofeo,medalla deportiva,medalla de oro,' +
			'medalla de plata,medalla de bronce,balón de fútbol,béisbol,sóftbol,baloncesto,voleibol,' +
			'fútbol americano,rugby,tenis,disco volador,bolos,críquet,hockey sobre hierba,' +
			'hockey sobre hielo,lacrosse,tenis de mesa,bádminton,guante de boxeo,' +
			'uniforme de artes marciales,portería,bandera de golf,patín de hielo,caña de pescar,' +
			'gafas de buceo,camiseta de correr,esquís,trineo,piedra de curling,diana,yoyó,cometa de papel,' +
			'billar,bola de cristal,varita mágica,videojuego,palanca de mando,tragaperras,dado,' +
			'pieza de rompecabezas,osito de peluche,piñata,bola de espejos,muñeca rusa,palo de picas,' +
			'palo de corazones,palo de diamantes,palo de tréboles,peón de ajedrez,comodín,' +
			'dragón rojo de mahjong,cartas de flores,teatro,cuadro con marco,paleta de pintor,' +
			'carrete de hilo,aguja de coser,ovillo de lana,nudo',
		objects:
			'gafas,gafas de sol oscuras,gafas protectoras,bata de laboratorio,chaleco de seguridad,corbata,' +
			'camiseta,vaqueros,bufanda,guantes,abrigo,calcetines,vestido,kimono,sari,bañador de una pieza,' +
			'calzoncillos,pantalón corto,bikini,ropa de mujer,abanico,monedero,bolso,bolso de mano,' +
			'bolsas de la compra,mochila escolar,chancla,zapato de hombre,zapatilla deportiva,' +
			'bota de senderismo,zapato plano,zapato de tacón,sandalia de mujer,zapatillas de ballet,' +
			'bota de mujer,corona,sombrero de mujer,chistera,birrete,gorra,casco militar,casco con cruz,' +
			'rosario,pintalabios,anillo,gema,altavoz silenciado,altavoz,altavoz a volumen medio,' +
			'altavoz a volumen alto,altavoz de megafonía,megáfono,corneta de correos,campana,' +
			'campana silenciada,partitura,nota musical,notas musicales,micrófono de estudio,' +
			'control deslizante,mandos de control,micrófono,auriculares,radio,saxofón,acordeón,guitarra,' +
			'teclado musical,trompeta,violín,banyo,tambor,tambor alargado,teléfono móvil,móvil con flecha,' +
			'teléfono,auricular de teléfono,buscapersonas,fax,batería,batería baja,enchufe,' +
			'ordenador portátil,ordenador de mesa,impresora,teclado,ratón de ordenador,bola de mando,' +
			'minidisc,disquete,disco óptico,dvd,ábaco,cámara de cine,fotogramas,proyector de cine,claqueta,' +
			'televisión,cámara de fotos,cámara con flash,videocámara,cinta de vídeo,' +
			'lupa hacia la izquierda,lupa hacia la derecha,vela,idea,linterna,farolillo de izakaya,' +
			'lámpara diya,cuaderno decorado,libro cerrado,libro abierto,libro verde,libro azul,' +
			'libro naranja,libros,cuaderno,libro de cuentas,página doblada,pergamino,página,periódico,' +
			'periódico enrollado,marcadores,marcapáginas,etiqueta,bolsa de dinero,moneda,billete de yen,' +
			'billete de dólar,billete de euro,billete de libra,dinero con alas,tarjeta de crédito,recibo,' +
			'gráfico al alza con yen,sobre,correo electrónico,sobre que llega,sobre con flecha,' +
			'bandeja de salida,bandeja de entrada,paquete,buzón cerrado con bandera alzada,' +
			'buzón cerrado con bandera bajada,buzón abierto con bandera alzada,' +
			'buzón abierto con bandera bajada,buzón de correos,urna electoral,lápiz,plumín,' +
			'pluma estilográfica,bolígrafo,pincel,cera de colores,nota,maletín,carpeta,carpeta abierta,' +
			'separadores,calendario,calendario de hojas,bloc de espiral,calendario de espiral,' +
			'fichero de tarjetas,gráfico al alza,gráfico a la baja,gráfico de barras,portapapeles,' +
			'chincheta,chincheta redonda,clip,clips unidos,regla,escuadra,tijeras,caja de fichas,' +
			'archivador,papelera,candado,candado abierto,candado con pluma,candado con llave,llave,' +
			'llave antigua,martillo,hacha,pico,martillo y pico,martillo y llave inglesa,puñal,' +
			'espadas cruzadas,bomba,bumerán,arco y flecha,escudo,sierra,llave inglesa,destornillador,' +
			'tuerca y tornillo,engranaje,prensa,balanza,bastón blanco,enlace,cadenas,gancho,' +
			'caja de herramientas,imán,escalera de mano,alambique,tubo de ensayo,placa de petri,' +
			'doble hélice de adn,microscopio,telescopio,antena parabólica,jeringuilla,gota de sangre,' +
			'pastilla,tirita,muleta,estetoscopio,radiografía,puerta,ascensor,espejo,ventana,cama,' +
			'sofá y lámpara,silla,inodoro,desatascador,ducha,bañera,trampa para ratones,' +
			'cuchilla de afeitar,bote de loción,imperdible,escoba,cesta,rollo de papel,cubo,' +
			'pastilla de jabón,burbujas,cepillo de dientes,esponja,extintor,carro de la compra,cigarrillo,' +
			'ataúd,lápida,urna funeraria,moái,pancarta,tarjeta de identidad',
		symbols:
			'marca de verificación,aspa,pregunta,pregunta blanca,exclamación blanca,exclamación,' +
			'doble exclamación,exclamación y pregunta,visto,casilla marcada,aspa en un cuadro,más,menos,' +
			'división,multiplicación,igual,infinito,advertencia,paso de niños,prohibido el paso,prohibido,' +
			'prohibidas las bicicletas,prohibido fumar,prohibido tirar basura,agua no potable,' +
			'prohibido el paso de peatones,prohibidos los móviles,prohibido a menores de dieciocho,' +
			'radiactivo,riesgo biológico,flecha hacia arriba,flecha al noreste,flecha hacia la derecha,' +
			'flecha al sureste,flecha hacia abajo,flecha al suroeste,flecha hacia la izquierda,' +
			'flecha al noroeste,flecha arriba y abajo,flecha a izquierda y derecha,' +
			'flecha que vuelve a la izquierda,flecha que vuelve a la derecha,' +
			'flecha que se curva hacia arriba,flecha que se curva hacia abajo,flechas en sentido horario,' +
			'flechas en sentido antihorario,flecha back,flecha end,flecha on,flecha soon,flecha top,' +
			'lugar de culto,átomo,om,estrella de David,rueda del dharma,yin y yang,cruz latina,' +
			'cruz ortodoxa,estrella y media luna,paz,menorá,estrella de seis puntas,khanda,aries,tauro,' +
			'géminis,cáncer,leo,virgo,libra,escorpio,sagitario,capricornio,acuario,piscis,ofiuco,' +
			'orden aleatorio,repetir,repetir una vez,reproducir,avance rápido,pista siguiente,' +
			'reproducir o pausar,retroceder,retroceso rápido,pista anterior,triángulo pequeño hacia arriba,' +
			'doble triángulo hacia arriba,triángulo pequeño hacia abajo,doble triángulo hacia abajo,pausa,' +
			'detener,grabar,expulsar,cine,brillo bajo,brillo alto,cobertura,red inalámbrica,modo vibración,' +
			'móvil apagado,femenino,masculino,símbolo transgénero,cambio de divisas,dólar,' +
			'vara de esculapio,reciclaje,flor de lis,tridente,placa de nombre,' +
			'símbolo japonés de principiante,círculo hueco,bucle,doble bucle,marca de alternancia,' +
			'asterisco de ocho puntas,estrella de ocho puntas,chispa,derechos de autor,marca registrada,' +
			'marca comercial,tecla almohadilla,tecla asterisco,tecla 0,tecla 1,tecla 2,tecla 3,tecla 4,' +
			'tecla 5,tecla 6,tecla 7,tecla 8,tecla 9,diez,letras mayúsculas,letras minúsculas,números,' +
			'símbolos,letras latinas,grupo sanguíneo A,grupo sanguíneo AB,grupo sanguíneo B,cl,cool,gratis,' +
			'información,id,M en un círculo,nuevo,ng,grupo sanguíneo O,OK,aparcamiento,SOS,' +
			'up con exclamación,vs,círculo rojo,círculo naranja,círculo amarillo,círculo verde,' +
			'círculo azul,círculo morado,círculo marrón,círculo negro,círculo blanco,cuadrado rojo,' +
			'cuadrado naranja,cuadrado amarillo,cuadrado verde,cuadrado azul,cuadrado morado,' +
			'cuadrado marrón,cuadrado negro,cuadrado blanco,rombo naranja grande,rombo azul grande,' +
			'rombo naranja pequeño,rombo azul pequeño,triángulo rojo hacia arriba,' +
			'triángulo rojo hacia abajo,rombo con un punto,botón de opción,bandera de cuadros,banderín,' +
			'banderas cruzadas,bandera negra,bandera blanca,bandera arcoíris,bandera transgénero,' +
			'bandera pirata,bandera de Europa,bandera de las Naciones Unidas',
	},
	also: {
		'👍': '+1 sí vale bien bueno acuerdo',
		'👎': '-1 no mal malo',
		'✅': 'hecho sí listo vale',
		'❌': 'no mal error',
		'❤️': 'amor querer',
		'😂': 'lol jaja risa',
		'🤣': 'rofl lol jaja',
		'🎉': 'tada hurra celebrar',
		'🙏': 'favor rezar',
		'👀': 'mirar ver',
		'🔥': 'caliente genial',
		'💯': '100 perfecto',
		'🚀': 'lanzar lanzamiento desplegar',
		'👋': 'hola adiós',
		'🤔': 'mmm duda',
		'😢': 'triste pena',
		'😭': 'sollozo triste llorar',
		'😮': 'guau oh',
		'😡': 'enfado rabia',
		'😱': 'grito susto',
		'🤷': 'ignoro',
		'🤦': 'fallo vergüenza',
		'👏': 'bravo aplaudir',
		'🙌': 'hurra alabar',
		'💪': 'músculo fuerza ánimo',
		'🐛': 'bicho defecto bug',
		'💡': 'bombilla luz',
		'⚠️': 'aviso cuidado atención',
		'🚨': 'alerta alarma sirena',
		'🚧': 'pendiente trabajo wip',
		'🔒': 'seguro cerrado',
		'🔑': 'secreto clave',
		'📌': 'fijar fijado',
		'📎': 'adjunto sujetapapeles',
		'🗑️': 'eliminar borrar basura',
		'🔧': 'arreglar herramienta',
		'🛠️': 'arreglar herramientas construir',
		'⏰': 'reloj hora tarde',
		'⌛': 'esperar tiempo',
		'⏳': 'esperar tiempo',
		'🎂': 'cumpleaños',
		'🍺': 'cerveza beber',
		'🍻': 'salud cerveza',
		'🥂': 'salud',
		'☕': 'descanso pausa',
		'🍕': 'comida almuerzo',
		'🌈': 'orgullo',
		'🏳️‍🌈': 'orgullo',
		'😊': 'feliz rubor',
		'😀': 'feliz alegre',
		'😄': 'feliz alegre',
		'🙂': 'sonreír feliz',
		'😉': 'guiñar',
		'😎': 'guay chulo',
		'😅': 'uf',
		'🥳': 'cumpleaños fiesta',
		'🫡': 'orden',
		'🤝': 'trato acuerdo',
		'👌': 'ok perfecto',
		'✔️': 'comprobado hecho',
		'🆗': 'vale bien',
		'💔': 'triste desamor',
		'😴': 'cansado dormir zzz',
		'🤒': 'enfermo fiebre',
		'🤧': 'enfermo resfriado',
		'🌴': 'vacaciones',
		'🏖️': 'vacaciones playa',
		'🎁': 'obsequio sorpresa',
		'📈': 'crecimiento subir',
		'📉': 'bajar',
		'✉️': 'correo carta',
		'📧': 'correo email',
		'📅': 'fecha día',
		'📝': 'apunte escribir',
		'💻': 'ordenador computadora',
		'🐌': 'lento',
		'🐢': 'lento',
		'🐞': 'bug bicho',
		'🦀': 'rust',
		'🐍': 'python',
		'⛴️': 'barco transbordador',
		'🚢': 'buque',
		'🚲': 'bici',
		'💬': 'hablar mensaje',
		'❓': 'duda interrogación',
		'❗': 'importante',
		'🤖': 'bot',
		'💀': 'muerto',
		'🙈': 'ver no',
		'🥇': 'primero oro',
		'➕': 'añadir sumar',
		'➖': 'quitar restar',
		'🔝': 'arriba mejor',
		'🆕': 'novedad',
		'♻️': 'reciclar reutilizar',
		'🪲': 'bug bicho',
	},
});
