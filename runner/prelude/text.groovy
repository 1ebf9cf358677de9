// Methods of text and numbers that take closures, and those rare enough to be Groovy rather than C.

class CharSequenceMethods {
    static eachLine(self, Closure c) {
        self.eachLine(0, c)
    }

    static eachLine(self, int first, Closure c) {
        def last = null
        boolean numbered = c.maximumNumberOfParameters == 2
        for (line in self.readLines()) {
            last = numbered ? c.call(line, first) : c.call(line)
            first++
        }
        last
    }

    static splitEachLine(self, separator, Closure c) {
        def last = null
        for (line in self.readLines()) last = c.call(line.split(separator).toList())
        last
    }

    static $matcher(self, pattern) {
        (pattern instanceof java.util.regex.Pattern ? pattern : java.util.regex.Pattern.compile(pattern.toString())).matcher(self)
    }

    static eachMatch(self, pattern, Closure c) {
        for (m in self.$matcher(pattern)) c.call(m)
        self
    }

    static find(self, CharSequence pattern) {
        def m = self.$matcher(pattern)
        m.find() ? m.group() : null
    }

    static find(self, java.util.regex.Pattern pattern) {
        def m = self.$matcher(pattern)
        m.find() ? m.group() : null
    }

    static find(self, pattern, Closure c) {
        for (m in self.$matcher(pattern)) return c.call(m)?.toString()
        null
    }

    static findAll(self, CharSequence pattern) {
        self.$matcher(pattern).collect { it instanceof List ? it.get(0) : it }
    }

    static findAll(self, java.util.regex.Pattern pattern) {
        self.$matcher(pattern).collect { it instanceof List ? it.get(0) : it }
    }

    static findAll(self, pattern, Closure c) {
        self.$matcher(pattern).collect(c)
    }

    static replaceAll(self, pattern, Closure c) {
        self.$replaced(pattern, c, false)
    }

    static replaceFirst(self, pattern, Closure c) {
        self.$replaced(pattern, c, true)
    }

    // What the closure gives is text, not a replacement with groups: hence quoteReplacement().
    static $replaced(self, pattern, Closure c, boolean once) {
        def m = self.$matcher(pattern), text = new StringBuilder()
        while (m.find()) {
            def found = m.group()
            if (m.groupCount() > 0) {
                found = []
                for (int i = 0; i <= m.groupCount(); i++) found.add(m.group(i))
            }
            m.appendReplacement(text, java.util.regex.Matcher.quoteReplacement(String.valueOf(c.call(found))))
            if (once) break
        }
        m.appendTail(text)
        text.toString()
    }

    static leftShift(self, x) { new StringBuffer(self.toString()).append(x) }

    static leftShift(self, Object... xs) { new StringBuffer(self.toString()).append(xs) }

    static bitwiseNegate(self) { java.util.regex.Pattern.compile(self.toString()) }

    static chars(self) { self.toString().toCharArray().toList().collect { (int) it }.stream() }

    static codePoints(self) { self.chars() }

    static codePointCount(self, int from, int to) {
        if (from < 0 || to > self.length() || from > to) throw new IndexOutOfBoundsException()
        int n = 0
        for (int i = from; i < to; i++) {
            int c = (int) self.charAt(i)
            if (c < 0xdc00 || c > 0xdfff) n++
        }
        n
    }

    static regionMatches(self, int at, String other, int from, int n) { self.regionMatches(false, at, other, from, n) }

    static regionMatches(self, boolean ignoreCase, int at, String other, int from, int n) {
        if (at < 0 || from < 0 || at + n > self.length() || from + n > other.length()) return false
        def a = self.substring(at, at + n), b = other.substring(from, from + n)
        ignoreCase ? a.equalsIgnoreCase(b) : a == b
    }

    static unexpand(self, int stops = 8) { self.readLines().collect { it.unexpandLine(stops) }.join('\n') + (self.toString().endsWith('\n') ? '\n' : '') }

    static unexpandLine(self, int stops) {
        def out = new StringBuilder()
        def line = self.expandLine(stops)
        for (int i = 0; i < line.length(); i += stops) {
            def part = line.substring(i, Math.min(i + stops, line.length()))
            def bare = part.replaceAll(/ +$/, '')
            out.append(part.length() == stops && part.length() - bare.length() > 1 ? bare + '\t' : part)
        }
        out.toString()
    }

    static expandLine(self, int stops) {
        def out = new StringBuilder()
        for (c in self) {
            if (c == '\t') out.append(' ' * (stops - out.length() % stops))
            else out.append(c)
        }
        out.toString()
    }

    static startsWithAny(self, Object... prefixes) { prefixes.any { self.startsWith(it.toString()) } }

    static endsWithAny(self, Object... suffixes) { suffixes.any { self.endsWith(it.toString()) } }

    static indent(self, int n) {
        self.readLines().collect { n >= 0 ? ' ' * n + it : it.replaceFirst("^\\s{0,${-n}}", '') }.join('\n') + '\n'
    }

    static translateEscapes(self) { self.toString().replace('\\n', '\n').replace('\\t', '\t').replace('\\\\', '\\') }

    static toCharacter(self) { self.charAt(0) }

    static decodeHex(self) {
        int n = self.length()
        if (n % 2 != 0) throw new NumberFormatException('odd number of characters in hex string')
        def bytes = new byte[n.intdiv(2)]
        for (int i = 0; i < n; i += 2) bytes[i.intdiv(2)] = (byte) Integer.parseInt(self.substring(i, i + 2), 16)
        bytes
    }

    static join(self, String by) { self.iterator().join(by) }

    static takeWhile(self, Closure c) {
        int n = 0
        for (x in self) {
            if (!c.call(x)) break
            n++
        }
        self.substring(0, n)
    }

    static dropWhile(self, Closure c) {
        int n = 0
        for (x in self) {
            if (!c.call(x)) break
            n++
        }
        self.substring(n)
    }

    static collectReplacements(self, Closure c) {
        def text = new StringBuilder()
        for (x in self) {
            def r = c.call(x)
            text.append(r == null ? x : r)
        }
        text.toString()
    }
}

// The natives of Number take the machine's numbers; of an object whose class extends Number (AtomicInteger, a
// script's own) the value is what its longValue() says.
class NumberMethods {
    static $plain(self) {
        long n = self.longValue()
        n == (int) n ? (int) n : n
    }

    static plus(self, Number o) { self.$plain() + o }

    static minus(self, Number o) { self.$plain() - o }

    static multiply(self, Number o) { self.$plain() * o }

    static div(self, Number o) { self.$plain() / o }

    static mod(self, Number o) { self.$plain() % o }

    static intdiv(self, Number o) { self.$plain().intdiv(o) }

    static power(self, Number o) { self.$plain() ** o }

    static next(self) { self.$plain() + 1 }

    static previous(self) { self.$plain() - 1 }

    static unaryMinus(self) { -self.$plain() }

    static abs(self) { self.$plain().abs() }

    static compareTo(self, Number o) { self.$plain() <=> o }

    static toInteger(self) { self.intValue() }

    static toLong(self) { self.longValue() }

    static toDouble(self) { self.doubleValue() }

    static toBigDecimal(self) { self.toString().toBigDecimal() }

    static toBigInteger(self) { self.$plain().toBigInteger() }

    static byteValue(self) { (byte) self.intValue() }

    static shortValue(self) { (short) self.intValue() }

    static floatValue(self) { (float) self.doubleValue() }

    static times(self, Closure c) {
        int n = self.intValue()
        for (int i = 0; i < n; i++) c.call(i)
        null
    }

    // As DefaultGroovyMethods' overloads: the end is converted to the kind of the start.
    static $bound(self, to) {
        switch (self) {
            case BigDecimal: return to as BigDecimal
            case BigInteger: return to instanceof BigDecimal ? to : to as BigInteger
            case Double: case Float: return to.doubleValue()
            case Long: return to.longValue()
            default: return to.intValue()
        }
    }

    static upto(self, Number to, Closure c) {
        def end = self.$bound(to)
        if (self > end || (end instanceof Double && end.isNaN()))
            throw new groovy.lang.GroovyRuntimeException("The argument ($to) to upto() cannot be less than the value ($self) it's called on.")
        for (def i = self; i <= end; i++) c.call(i)
        null
    }

    static downto(self, Number to, Closure c) {
        def end = self.$bound(to)
        if (self < end || (end instanceof Double && end.isNaN()))
            throw new groovy.lang.GroovyRuntimeException("The argument ($to) to downto() cannot be greater than the value ($self) it's called on.")
        for (def i = self; i >= end; i--) c.call(i)
        null
    }

    static step(self, Number to, Number by, Closure c) {
        def all = [self, to, by]
        if (all.any { it instanceof BigDecimal }) all = all.collect { it as BigDecimal }
        else if (all.any { it instanceof BigInteger }) all = all.collect { it as BigInteger }
        else all = all.collect { it.intValue() }
        def (from, end, width) = all
        if (width > 0 && end > from)
            for (def i = from; i < end; i += width) c.call(i)
        else if (width < 0 && end < from)
            for (def i = from; i > end; i += width) c.call(i)
        else if (from != end)
            throw new groovy.lang.GroovyRuntimeException("Infinite loop in ${from}.step($end, $width)")
        null
    }
}
