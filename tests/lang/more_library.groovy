// Java's and Groovy's libraries beyond collections and texts.
// ---- new XmlSlurper parseText a x 1 b t b b u b a b
new XmlSlurper().parseText('<a x="1"><b>t</b><b>u</b></a>').b.size()
// value: 2
// ---- new XmlParser parseText a x 1 b t b b u b a b
new XmlParser().parseText('<a x="1"><b>t</b><b>u</b></a>').b.size()
// value: 2
// ---- new groovy text SimpleTemplateEngine createTem
new groovy.text.SimpleTemplateEngine().createTemplate('Hi ${name} <% 3.times { %>x<% } %>').make([name:'n']).toString()
// value: Hi n xxx
// ---- new groovy text GStringTemplateEngine createTe
new groovy.text.GStringTemplateEngine().createTemplate('Hi ${name} <% 3.times { out << "y" } %>').make([name:'n']).toString()
// value: Hi n yyy
// ---- new groovy text StreamingTemplateEngine create
new groovy.text.StreamingTemplateEngine().createTemplate('Hi ${name}').make([name:'n']).toString()
// value: Hi n
// ---- new ConfigSlurper parse a b 1 a b
new ConfigSlurper().parse('a { b = 1 }').a.b
// value: 1
// ---- def p new Properties p load new StringReader a
def p = new Properties(); p.load(new StringReader('a=1\nb: 2\n#c')); p.sort().toString()
// value: [a:1, b:2]
// ---- def b new groovy json JsonBuilder b x y 1 z 1
def b = new groovy.json.JsonBuilder(); b.x { y 1; z([1,2]) }; b.toString()
// value: {"x":{"y":1,"z":[1,2]}}
// ---- new Expando a 1 f it 2 f 4
new Expando(a:1, f:{ it*2 }).f(4)
// value: 8
// ---- UUID nameUUIDFromBytes x bytes toString
UUID.nameUUIDFromBytes('x'.bytes).toString()
// value: 9dd4e461-268c-3034-b5c8-564e155c67a6
// ---- Math addExact Integer MAX VALUE 1
Math.addExact(Integer.MAX_VALUE, 1)
// throws: ArithmeticException: integer overflow
// ---- Long with parseLong 12 valueOf 3 toHexString 2
Long.with { [parseLong('12'), valueOf(3), toHexString(255L), toBinaryString(5), MAX_VALUE, compare(1L,2L), bitCount(7), numberOfTrailingZeros(8L), toString(35L, 36)] }
// value: [12, 3, ff, 101, 9223372036854775807, -1, 3, 3, z]
// ---- Boolean with parseBoolean TRUE valueOf x toStr
Boolean.with { [parseBoolean('TRUE'), valueOf('x'), toString(true), logicalAnd(true,false), TRUE] }
// value: [true, false, true, false, true]
// ---- new BigDecimal 1 2345 with setScale 2 BigDecim
new BigDecimal('1.2345').with { [setScale(2, BigDecimal.ROUND_HALF_UP), setScale(2, java.math.RoundingMode.DOWN), scale(), precision(), unscaledValue(), negate(), round(new java.math.MathContext(3)), toBigInteger(), stripTrailingZeros(), compareTo(2.0), divide(3.0, 5, BigDecimal.ROUND_HALF_UP), pow(2), movePointLeft(2), remainder(1), signum(), toPlainString(), add(1.0), subtract(1.0), multiply(2.0), max(3.0)] }
// value: [1.23, 1.23, 4, 5, 12345, -1.2345, 1.23, 1, 1.2345, -1, 0.41150, 1.52399025, 0.012345, 0.2345, 1, 1.2345, 2.2345, 0.2345, 2.46900, 3.0]
// ---- java math RoundingMode values toList
java.math.RoundingMode.values().toList()
// value: [UP, DOWN, CEILING, FLOOR, HALF_UP, HALF_DOWN, HALF_EVEN, UNNECESSARY]
// ---- java math RoundingMode HALF UP
java.math.RoundingMode.HALF_UP
// value: HALF_UP
// ---- import java math RoundingMode 2 345 setScale 2
import java.math.RoundingMode; (2.345).setScale(2, RoundingMode.HALF_EVEN)
// value: 2.34
// ---- 10 0 divide 3 0 java math MathContext DECIMAL
(10.0).divide(3.0, java.math.MathContext.DECIMAL32)
// value: 3.333333
// ---- 10 0 divide 3 0
(10.0).divide(3.0)
// throws: ArithmeticException: Non-terminating decimal expansion; no exact representable decimal result.
// ---- java security MessageDigest getInstance MD5 di
java.security.MessageDigest.getInstance('MD5').digest('a'.bytes).encodeHex().toString()
// value: 0cc175b9c0f1b6a831c399e269772661
// ---- java security MessageDigest getInstance SHA 25
java.security.MessageDigest.getInstance('SHA-256').with { update('a'.bytes); digest().collect { String.format('%02x', it) }.join() }
// value: ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb
// ---- new BigInteger 1 java security MessageDigest g
new BigInteger(1, java.security.MessageDigest.getInstance('SHA1').digest('a'.bytes)).toString(16).padLeft(40,'0')
// value: 86f7e437faa5a7fce15d1ddcb9eaeaea377667b8
// ---- new Date 0 updated year 2000
new Date(0).updated(year: 2000)
// value: Sat Jan 01 00:00:00 UTC 2000
// ---- new Date 0 copyWith year 2000 toString
new Date(0).copyWith(year: 2000).toString()
// value: Sat Jan 01 00:00:00 UTC 2000
// ---- new Date 0 Calendar YEAR
new Date(0)[Calendar.YEAR]
// value: 1970
// ---- new Date 0 upto new Date 86400000L print it ti
new Date(0).upto(new Date(86400000L)) { print it.time }
// expect: 086400000
// value: null
// ---- new Date 0 toGMTString
new Date(0).toGMTString()
// value: 1 Jan 1970 00:00:00 GMT
// ---- new StringJoiner add a add b toString
new StringJoiner(',', '[', ']').add('a').add('b').toString()
// value: [a,b]
// ---- getBytes UTF 8 length getBytes ISO 8859 1 len
'áé'.getBytes('UTF-8').length + 'áé'.getBytes('ISO-8859-1').length
// value: 6
// ---- Collections with max 1 3 min 1 3 frequency 1 1
Collections.with { [max([1,3]), min([1,3]), frequency([1,1,2], 1), nCopies(2, 'x'), reverseOrder().compare(1,2), emptyList(), emptyMap(), singletonList(1), singleton(2), unmodifiableList([1]), disjoint([1],[2])] }
// value: [3, 1, 2, [x, x], 1, [], [:], [1], [2], [1], true]
// ---- def l 3 1 2 Collections sort l Collections rev
def l = [3,1,2]; Collections.sort(l); Collections.reverse(l); Collections.swap(l, 0, 2); Collections.addAll(l, 9, 8); l
// value: [1, 2, 3, 9, 8]
// ---- def l 1 2 3 4 Collections shuffle l new Random
def l = [1,2,3,4]; Collections.shuffle(l, new Random(1)); l
// value: [4, 1, 2, 3]
// ---- Collections sort 3 1 2 Collections reverseOrde
Collections.sort([3,1,2], Collections.reverseOrder())
// value: null
// ---- def a 3 1 2 as int Arrays sort a Arrays fill a
def a = [3,1,2] as int[]; Arrays.sort(a); Arrays.fill(a, 1, 2, 9); a.toList() + Arrays.copyOf(a, 2).toList() + Arrays.copyOfRange(a, 1, 3).toList() + [Arrays.stream(a).sum()]
// value: [1, 9, 3, 1, 9, 9, 3, 13]
// ---- new PriorityQueue 3 1 2 with poll poll peek
new PriorityQueue([3,1,2]).with { [poll(), poll(), peek()] }
// value: [1, 2, 3]
// ---- new Stack with push 1 push 2 peek pop size sea
new Stack().with { push(1); push(2); [peek(), pop(), size(), search(1), empty()] }
// value: [2, 2, 1, 1, false]
// ---- new java util concurrent atomic AtomicInteger
new java.util.concurrent.atomic.AtomicInteger(5).with { [incrementAndGet(), getAndIncrement(), get(), addAndGet(3), compareAndSet(10, 1), it.toString()] }
// value: [6, 6, 7, 10, true, 1]
// ---- new java util concurrent atomic AtomicBoolean
new java.util.concurrent.atomic.AtomicBoolean(true).get()
// value: true
// ---- new java util concurrent atomic AtomicLong inc
new java.util.concurrent.atomic.AtomicLong().incrementAndGet()
// value: 1
// ---- def l 1 2 3 l removeAll it 1 l retainAll it 1
def l = [1,2,3]; l.removeAll { it > 1 }; l.retainAll { it == 1 }; l.addAll([4,5]); l.remove(0); l.remove((Object) 5); l
// value: [4]
// ---- new Scanner a 1 nb with next nextInt nextLine
new Scanner('a 1\nb').with { [next(), nextInt(), nextLine(), nextLine(), hasNext()] }
// value: [a, 1, , b, false]
// ---- new StringReader a nb readLines
new StringReader('a\nb').readLines()
// value: [a, b]
// ---- new StringReader a nb eachLine print it
new StringReader('a\nb').eachLine { print it }
// expect: ab
// value: null
// ---- new BufferedReader new StringReader x ny readL
new BufferedReader(new StringReader('x\ny')).readLine()
// value: x
// ---- new StringReader abc text
new StringReader('abc').text
// value: abc
// ---- new ByteArrayInputStream hi bytes text
new ByteArrayInputStream('hi'.bytes).text
// value: hi
// ---- Eval me 1 1
Eval.me('1+1')
// value: 2
// ---- Eval x 2 x 3
Eval.x(2, 'x*3')
// value: 6
// ---- new GroovyShell evaluate 1 2
new GroovyShell().evaluate('1+2')
// value: 3
// ---- evaluate 3 4
evaluate('3+4')
// value: 7
// ---- Integer class name int class name String class
Integer.class.name + int.class.name + String[].class.name + int[].class.simpleName
// value: java.lang.Integerint[Ljava.lang.String;int[]
// ---- String Integer int List Map Entry simpleName
[String, Integer, int, List, Map.Entry]*.simpleName
// value: [String, Integer, int, List, Entry]
// ---- java text NumberFormat getInstance Locale US f
java.text.NumberFormat.getInstance(Locale.US).format(1234567.891)
// value: 1,234,567.891
// ---- java text NumberFormat getPercentInstance Loca
java.text.NumberFormat.getPercentInstance(Locale.US).format(0.256)
// value: 26%
// ---- new java text DecimalFormat 0 00 format 1234 5
new java.text.DecimalFormat('#,##0.00').format(1234.5)
// value: 1,234.50
// ---- new java text DecimalFormat 0 format 2 0
new java.text.DecimalFormat('0.#').format(2.0)
// value: 2
// ---- java text MessageFormat format 0 is 1 a 5
java.text.MessageFormat.format('{0} is {1}', 'a', 5)
// value: a is 5
// ---- new groovy util Node null a x 1 v text
new groovy.util.Node(null, 'a', [x:1], 'v').text()
// value: v
// ---- new Tuple 1 2 size new Tuple2 a b first
new Tuple(1,2).size() + new Tuple2('a','b').first
// value: 2a
// ---- groovy lang GroovySystem version size 0
groovy.lang.GroovySystem.version.size() > 0
// value: true
// ---- new java util zip CRC32 with update a bytes va
new java.util.zip.CRC32().with { update('a'.bytes); value }
// value: 3904355907
// ---- javax crypto Mac getInstance HmacSHA256 with i
javax.crypto.Mac.getInstance('HmacSHA256').with { init(new javax.crypto.spec.SecretKeySpec('k'.bytes, 'HmacSHA256')); doFinal('d'.bytes).encodeHex().toString() }
// value: e7ea21c3bcb63a4da3ad78503168d36bdca0be622382ea60a108fad4e4966679
// ---- abc inspect a x inspect q 1 inspect null insp
'abc'.inspect() + [a:'x'].inspect() + ['q',1].inspect() + null.inspect()
// value: 'abc'['a':'x']['q', 1]null
