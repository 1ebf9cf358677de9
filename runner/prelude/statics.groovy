// Java's static methods that need no C: a class XStatics holds those of X. They are rare in pipelines, so
// they are short rather than quick (bits are counted in texts of digits).

class MathStatics {
    static exact(value, int bits) {
        def limit = 2G ** (bits - 1)
        if (value >= limit || value < -limit) throw new ArithmeticException(bits == 32 ? 'integer overflow' : 'long overflow')
        bits == 32 ? value.intValue() : value.longValue()
    }

    static bits(a, b) { a instanceof Long || b instanceof Long ? 64 : 32 }

    static addExact(a, b) { exact((a as BigInteger) + (b as BigInteger), bits(a, b)) }

    static subtractExact(a, b) { exact((a as BigInteger) - (b as BigInteger), bits(a, b)) }

    static multiplyExact(a, b) { exact((a as BigInteger) * (b as BigInteger), bits(a, b)) }

    static incrementExact(a) { addExact(a, 1) }

    static decrementExact(a) { subtractExact(a, 1) }

    static negateExact(a) { exact(-(a as BigInteger), bits(a, a)) }

    static toIntExact(a) { exact(a as BigInteger, 32) }

    static toDegrees(double a) { a * (180.0d / Math.PI) }

    static toRadians(double a) { a * (Math.PI / 180.0d) }

    static asin(double x) { Math.atan2(x, Math.sqrt(1.0d - x * x)) }

    static acos(double x) { Math.atan2(Math.sqrt(1.0d - x * x), x) }

    static sinh(double x) { (Math.exp(x) - Math.exp(-x)) / 2.0d }

    static cosh(double x) { (Math.exp(x) + Math.exp(-x)) / 2.0d }

    static tanh(double x) { Math.sinh(x) / Math.cosh(x) }

    static log1p(double x) { Math.log(1.0d + x) }

    static expm1(double x) { Math.exp(x) - 1.0d }
}

class IntegerStatics {
    static bitCount(int n) { Integer.toBinaryString(n).count('1') }

    static reverse(int n) { Integer.parseUnsignedInt(Integer.toBinaryString(n).padLeft(32, '0').reverse(), 2) }

    static highestOneBit(int n) { n == 0 ? 0 : n < 0 ? Integer.MIN_VALUE : 1 << (Integer.toBinaryString(n).length() - 1) }

    static lowestOneBit(int n) { n & -n }

    static numberOfLeadingZeros(int n) { n == 0 ? 32 : 32 - Integer.toBinaryString(n).length() }

    static numberOfTrailingZeros(int n) { n == 0 ? 32 : Integer.toBinaryString(n).reverse().indexOf('1') }

    static sum(int a, int b) { a + b }

    static parseUnsignedInt(String s) { new BigInteger(s).intValue() }

    static parseUnsignedInt(String s, int radix) { new BigInteger(s, radix).intValue() }

    static toUnsignedString(int n) { String.valueOf(n & 0xffffffffL) }

    static toUnsignedLong(int n) { n & 0xffffffffL }

    static rotateLeft(int n, int by) { (n << by) | (n >>> -by) }

    static rotateRight(int n, int by) { (n >>> by) | (n << -by) }

    static hashCode(int n) { n }

    // Signs, then 0x, # or 0 before the digits.
    static decode(String text) { Integer.valueOf(*Integer.$digits(text)) }

    static $digits(String text) {
        def m = text =~ /([-+]?)(0[xX]|#|0(?=.))?(.*)/
        m.matches()
        def radix = ['0x': 16, '0X': 16, '#': 16, '0': 8][m.group(2)] ?: 10
        [(m.group(1) == '-' ? '-' : '') + m.group(3), radix]
    }
}

class LongStatics {
    static bitCount(long n) { Long.toBinaryString(n).count('1') }

    static numberOfLeadingZeros(long n) { n == 0L ? 64 : 64 - Long.toBinaryString(n).length() }

    static numberOfTrailingZeros(long n) { n == 0L ? 64 : Long.toBinaryString(n).reverse().indexOf('1') }

    static sum(long a, long b) { a + b }

    static max(long a, long b) { a > b ? a : b }

    static min(long a, long b) { a < b ? a : b }

    static signum(long n) { n <=> 0L }

    static decode(String text) { Long.valueOf(*Integer.$digits(text)) }
}

class DoubleStatics {
    static sum(double a, double b) { a + b }

    static max(double a, double b) { Math.max(a, b) }

    static min(double a, double b) { Math.min(a, b) }

    static isFinite(double d) { !d.isNaN() && !d.isInfinite() }
}

class BooleanStatics {
    static toString(boolean b) { b ? 'true' : 'false' }

    static logicalAnd(boolean a, boolean b) { a && b }

    static logicalOr(boolean a, boolean b) { a || b }

    static logicalXor(boolean a, boolean b) { a != b }

    static compare(boolean a, boolean b) { a <=> b }
}

class CharacterStatics {
    static digit(c, int radix) {
        int n = Character.getNumericValue(c)
        n >= radix ? -1 : n
    }

    static forDigit(int n, int radix) { n < 0 || n >= radix ? (char) 0 : Integer.toString(n, radix).charAt(0) }

    static isAlphabetic(c) { Character.isLetter(c) }

    static isSpaceChar(c) { c == (' ' as char) || c == ' ' }

    static isJavaIdentifierStart(c) { Character.isLetter(c) || c.toString() in ['_', '$'] }

    static isJavaIdentifierPart(c) { Character.isLetterOrDigit(c) || c.toString() in ['_', '$'] }

    static compare(char a, char b) { (int) a - (int) b }

    static toChars(int c) { [(char) c] as char[] }
}

class CollectionsStatics {
    static getEMPTY_LIST() { Collections.emptyList() }

    static getEMPTY_MAP() { Collections.emptyMap() }

    static getEMPTY_SET() { Collections.emptySet() }

    static swap(List l, int i, int j) {
        l.swap(i, j)
        null
    }

    static reverseOrder() { { a, b -> b <=> a } as Comparator }

    static reverseOrder(c) { { a, b -> c.compare(b, a) } as Comparator }

    static binarySearch(List l, key) {
        int low = 0, high = l.size() - 1
        while (low <= high) {
            int mid = (low + high) >>> 1, cmp = l.get(mid) <=> key
            if (cmp == 0) return mid
            if (cmp < 0) low = mid + 1
            else high = mid - 1
        }
        -(low + 1)
    }

    static disjoint(a, b) { a.disjoint(b) }

    static singleton(x) { ([x] as Set).asImmutable() }

    static singletonMap(k, v) { [(k): v].asImmutable() }

    static rotate(List l, int by) {
        int n = l.size()
        if (n == 0) return null
        by = ((by % n) + n) % n
        def moved = l.drop(n - by) + l.take(n - by)
        for (int i = 0; i < n; i++) l.set(i, moved.get(i))
        null
    }

    static fill(List l, v) {
        for (int i = 0; i < l.size(); i++) l.set(i, v)
        null
    }

    static list(e) { e.toList() }

    static emptyIterator() { [].iterator() }

    static shuffle(List l, Random r) {
        for (int i = l.size(); i > 1; i--) l.swap(i - 1, r.nextInt(i))
        null
    }

    static unmodifiableSortedMap(m) { m.asImmutable() }

    static unmodifiableSortedSet(s) { s.asImmutable() }

    static synchronizedCollection(c) { c }
}

class ArraysStatics {
    static fill(a, int from, int to, v) {
        for (int i = from; i < to; i++) a[i] = v
        null
    }

    static equals(a, b) { a == null ? b == null : b != null && a.toList() == b.toList() }

    static hashCode(a) { a == null ? 0 : a.toList().hashCode() }

    static deepToString(a) { a.toString() }

    static stream(a) { a.toList().stream() }

    static binarySearch(a, key) { Collections.binarySearch(a.toList(), key) }

    static sort(a, int from, int to) {
        def part = a.toList().subList(from, to).sort(false)
        for (int i = from; i < to; i++) a[i] = part[i - from]
        null
    }
}

class ListStatics {
    static copyOf(c) { c.toList().asImmutable() }
}

class SetStatics {
    static of(Object... items) { (items.toList() as LinkedHashSet).asImmutable() }

    static copyOf(c) { (c as LinkedHashSet).asImmutable() }
}

class MapStatics {
    static of(Object... pairs) {
        def m = [:]
        for (int i = 0; i + 1 < pairs.length; i += 2) m.put(pairs[i], pairs[i + 1])
        m.asImmutable()
    }

    static entry(k, v) { [(k): v].entrySet().first() }

    static ofEntries(Object... entries) {
        def m = [:]
        for (e in entries) m.put(e.key, e.value)
        m.asImmutable()
    }

    static copyOf(m) { new LinkedHashMap(m).asImmutable() }
}

class UUIDMethods {
    static getMostSignificantBits(self) { new BigInteger(self.toString().replace('-', '').substring(0, 16), 16).longValue() }

    static getLeastSignificantBits(self) { new BigInteger(self.toString().replace('-', '').substring(16), 16).longValue() }

    static version(self) { (int) ((self.mostSignificantBits >> 12) & 15) }
}

class RandomMethods {
    static ints(self, long n, int from, int to) { (0..<n).collect { from + self.nextInt(to - from) }.stream() }
}

class UUIDStatics {
    static nameUUIDFromBytes(byte[] name) {
        def h = org.codehaus.groovy.runtime.LibrarySupport.digest('MD5', name)
        h[6] = (byte) ((h[6] & 0x0f) | 0x30)
        h[8] = (byte) ((h[8] & 0x3f) | 0x80)
        def hex = h.encodeHex().toString()
        UUID.fromString([hex[0..7], hex[8..11], hex[12..15], hex[16..19], hex[20..31]].join('-'))
    }
}

class Base64Statics {
    static getMimeEncoder() { new java.util.Base64MimeEncoder() }
}

class ObjectsStatics {
    static requireNonNullElse(a, b) { a == null ? Objects.requireNonNull(b, 'defaultObj') : a }

    static requireNonNullElseGet(a, Closure c) { a == null ? c.call() : a }
}

class LocaleStatics {
    static getDefault() { Locale.ENGLISH }

    static forLanguageTag(String tag) {
        def parts = tag.tokenize('-')
        parts.size() > 1 ? new Locale(parts[0], parts[1]) : new Locale(parts ? parts[0] : '')
    }
}

class LocaleMethods {
    static getLanguage(self) { self.toString().tokenize('_')[0] ?: '' }

    static getCountry(self) { self.toString().tokenize('_')[1] ?: '' }

    static toLanguageTag(self) { self.toString().replace('_', '-') ?: 'und' }
}

class InetAddressStatics {
    static getLoopbackAddress() { InetAddress.getLocalHost() }
}

class SystemStatics {
    static getOut() { new ConsoleStream() }

    static getErr() { new ConsoleStream() }

    static arraycopy(from, int at, to, int start, int n) {
        for (int i = 0; i < n; i++) to[start + i] = from[at + i]
        null
    }

    static gc() { null }
}
