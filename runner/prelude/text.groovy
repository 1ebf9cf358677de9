// Methods of text and numbers that take closures.

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
        for (m in self.$matcher(pattern)) return c.call(m)
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

class NumberMethods {
    static times(self, Closure c) {
        int n = self.intValue()
        for (int i = 0; i < n; i++) c.call(i)
        null
    }

    static upto(self, to, Closure c) {
        if (self > to)
            throw new groovy.lang.GroovyRuntimeException("The argument ($to) to upto() cannot be less than the value ($self) it's called on.")
        for (def i = self; i <= to; i++) c.call(i)
        null
    }

    static downto(self, to, Closure c) {
        if (self < to)
            throw new groovy.lang.GroovyRuntimeException("The argument ($to) to downto() cannot be greater than the value ($self) it's called on.")
        for (def i = self; i >= to; i--) c.call(i)
        null
    }

    static step(self, to, by, Closure c) {
        if (by > 0 && to > self)
            for (def i = self; i < to; i += by) c.call(i)
        else if (by < 0 && to < self)
            for (def i = self; i > to; i += by) c.call(i)
        else if (self != to)
            throw new groovy.lang.GroovyRuntimeException("Infinite loop in ${self}.step($to, $by)")
        null
    }
}
