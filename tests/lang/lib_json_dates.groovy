// ---- parse JSON
def j = new groovy.json.JsonSlurper().parseText('{"a":[1,2.50,"x",null,true],"b":{"c":"\\u00e9"}}')
println j.a[1].class.simpleName + ' ' + j.b.c + ' ' + j.a
println new groovy.json.JsonSlurperClassic().parseText('[1, 12345678901]')*.class*.simpleName
// expect: BigDecimal é [1, 2.50, x, null, true]
// expect: [Integer, Long]
// ---- malformed JSON
try {
    new groovy.json.JsonSlurper().parseText('{"a":}')
} catch (groovy.json.JsonException e) {
    println 'refused'
}
// expect: refused
// ---- empty JSON
new groovy.json.JsonSlurper().parseText('')
// throws: IllegalArgumentException: Text must not be null or empty
// ---- write JSON
println groovy.json.JsonOutput.toJson([a: 1, b: 'é"\\/\n', c: null, d: 1.50, e: [], f: [:], g: true, h: "g${1}", i: 1.5d, j: ['x': [1]]])
println groovy.json.JsonOutput.prettyPrint('{"a":1,"b":[1,{"c":null}],"d":{},"e":[]}').replace(' ', '.')
println groovy.json.JsonOutput.toJson('x') + groovy.json.JsonOutput.toJson(null) + new groovy.json.JsonBuilder([a: 1]).toString()
// expect: {"a":1,"b":"\u00e9\"\\/\n","c":null,"d":1.50,"e":[],"f":{},"g":true,"h":"g1","i":1.5,"j":{"x":[1]}}
// expect: {
// expect: ...."a":.1,
// expect: ...."b":.[
// expect: ........1,
// expect: ........{
// expect: ............"c":.null
// expect: ........}
// expect: ....],
// expect: ...."d":.{
// expect: ........
// expect: ....},
// expect: ...."e":.[
// expect: ........
// expect: ....]
// expect: }
// expect: "x"null{"a":1}
// ---- dates
def d = new Date(0)
println d.format('yyyy-MM-dd HH:mm:ss', TimeZone.getTimeZone('UTC')) + ' ' + d.time + ' ' + (d + 1).time + ' ' + (new Date(86400000L * 3) - d)
println Date.parse('yyyy-MM-dd', '2020-02-28').next().format('EEE d MMM yyyy')
println d.before(new Date(1)) + ' ' + (d < new Date(1)) + ' ' + (d == new Date(0)) + ' ' + d.compareTo(new Date(0))
println d.format("yyyy-MM-dd'T'HH:mm'Z'", TimeZone.getTimeZone('Asia/Shanghai'))
// expect: 1970-01-01 00:00:00 0 86400000 3
// expect: Sat 29 Feb 2020
// throws: MissingMethodException: No signature of method: java.lang.Boolean.plus() is applicable for argument types: (java.lang.String) values: [ ]
// ---- unparsable date
Date.parse('yyyy-MM-dd', 'x')
// throws: ParseException: Unparseable date: "x"
// ---- SimpleDateFormat
def f = new java.text.SimpleDateFormat('yyyyMMdd.HHmmss')
f.setTimeZone(TimeZone.getTimeZone('UTC'))
println f.format(new Date(1000)) + ' ' + f.parse('20200102.030405').time
// expect: 19700101.000001 1577934245000
// ---- File without touching the disk
def f = new File('/a/b/c.txt')
println f.name + ' ' + f.parent + ' ' + f.path + ' ' + f + ' ' + new File('x', 'y').path + ' ' + new File('/a', 'b').parentFile.name
// expect: c.txt /a/b /a/b/c.txt /a/b/c.txt x/y a
// ---- URL and URI
def u = new URL('http://u@h.com:8080/p/q?x=1#f')
println([u.protocol, u.host, u.port, u.path, u.query, u.ref, u.userInfo, u.toString()])
println new URI('https://h/p?q').host + ' ' + 'http://x/y'.toURL().path
// expect: [http, h.com, 8080, /p/q, x=1, f, u, http://u@h.com:8080/p/q?x=1#f]
// expect: h /y
// ---- malformed URL
new URL('nope')
// throws: MalformedURLException: no protocol: nope
// ---- Random with a seed
def r = new Random(42)
println([r.nextInt(100), r.nextInt(100), r.nextBoolean(), new Random(7).nextLong()])
// expect: [30, 63, true, -4967725919621401576]
// ---- UUID
println UUID.randomUUID().toString().length() + ' ' + UUID.fromString('123e4567-e89b-12d3-a456-426614174000')
// expect: 36 123e4567-e89b-12d3-a456-426614174000
// ---- TimeUnit and System
println java.util.concurrent.TimeUnit.MINUTES.toMillis(2) + ' ' + System.currentTimeMillis().class.simpleName + ' ' + System.lineSeparator().size() + ' ' + System.getenv('NO_SUCH_VARIABLE')
// expect: 120000 Long 1 null
// ---- Objects
println Objects.equals(1, 1) + ' ' + Objects.isNull(null) + ' ' + Objects.hash(1, 2)
// throws: MissingMethodException: No signature of method: java.lang.Boolean.plus() is applicable for argument types: (java.lang.String) values: [ ]
// ---- classes of values
println([1.class.name, 'a'.class.simpleName, [].class.name, [:].getClass().name, 1.5.class, null.class, (1..2).class.simpleName, true.class.name])
// throws: NullPointerException: Cannot get property 'class' on null object
// ---- casts between collections
println([([1, 2] as Set).class.simpleName, ('abc' as List), ([1, '2'] as String[]).toList(), (['1', '2'] as int[]).sum(), ([1, 2] as LinkedList).class.simpleName, (1..3) as List])
// expect: [LinkedHashSet, [a, b, c], [1, 2], 3, LinkedList, 1..3]
// ---- cast to a list refused
(List) 'abc'
// throws: GroovyCastException: Cannot cast object 'abc' with class 'java.lang.String' to class 'java.util.List'
// ---- instanceof and in
println([1 instanceof Integer, 1 instanceof Number, 'a' instanceof CharSequence, [] instanceof List, [:] instanceof Map, 1 in [1], 'a' in 'a', null in [null]])
// expect: [true, true, true, true, true, true, true, true]
// ---- with and tap
println 'abc'.with { size() + toUpperCase().size() }
// expect: 6
