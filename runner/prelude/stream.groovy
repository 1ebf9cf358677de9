// java.util.stream and Optional with closures; File's methods that take closures. A stream is a list under
// another class, evaluated at each step: nothing is lazy, so peek() sees all elements before the next step
// sees one, and an endless stream cannot be.

class StreamMethods {
    static filter(self, Closure c) {
        self.findAll(c).stream()
    }

    static map(self, Closure c) {
        def result = []
        for (x in self) result.add(c.call(x))
        result.stream()
    }

    static mapToInt(self, Closure c) {
        self.map(c)
    }

    static mapToObj(self, Closure c) {
        self.map(c)
    }

    static flatMap(self, Closure c) {
        def result = []
        for (x in self) result.addAll(c.call(x).toList())
        result.stream()
    }

    static peek(self, Closure c) {
        for (x in self) c.call(x)
        self
    }

    // The collectors of runner/lib/stream.c: a map of kind and args.
    static collect(self, Map collector) {
        def items = self.toList(), args = collector.args
        switch (collector.kind) {
            case 'toSet': return items.toSet()
            case 'joining': return (args[1] ?: '') + items.join(args[0] ?: '') + (args[2] ?: '')
            case 'toMap': return items.collectEntries { [args[0].call(it), args[1].call(it)] }
            case 'groupingBy': return items.groupBy((Closure) args[0])
            case 'counting': return items.size() as long
        }
        items
    }

    static anyMatch(self, Closure c) {
        self.any(c)
    }

    static allMatch(self, Closure c) {
        self.every(c)
    }

    static noneMatch(self, Closure c) {
        !self.any(c)
    }

    static count(self) {
        self.size() as long
    }

    static findFirst(self) {
        Optional.ofNullable(self.size() ? self.head() : null)
    }

    static findAny(self) {
        self.findFirst()
    }

    static sorted(self) {
        self.toSorted().stream()
    }

    static sorted(self, Closure c) {
        self.toSorted(c).stream()
    }

    static distinct(self) {
        self.toUnique().stream()
    }

    static limit(self, n) {
        self.take(n as int).stream()
    }

    static skip(self, n) {
        self.drop(n as int).stream()
    }

    static reduce(self, initial, Closure c) {
        self.inject(initial, c)
    }

    static boxed(self) {
        self
    }
}

class OptionalMethods {
    static map(self, Closure c) {
        self.isPresent() ? Optional.ofNullable(c.call(self.get())) : self
    }

    static filter(self, Closure c) {
        self.isPresent() && c.call(self.get()) ? self : Optional.empty()
    }

    static ifPresent(self, Closure c) {
        if (self.isPresent()) c.call(self.get())
        null
    }

    static orElseGet(self, Closure c) {
        self.isPresent() ? self.get() : c.call()
    }

    static orElseThrow(self, Closure c) {
        if (!self.isPresent()) throw c.call()
        self.get()
    }
}

class FileMethods {
    static eachLine(self, Closure c) {
        self.text.eachLine(1, c)
    }

    static eachFile(self, Closure c) {
        for (f in self.listFiles()) c.call(f)
        null
    }

    static eachDir(self, Closure c) {
        for (f in self.listFiles()) if (f.isDirectory()) c.call(f)
        null
    }

    static eachFileRecurse(self, Closure c) {
        for (f in self.listFiles()) {
            c.call(f)
            if (f.isDirectory()) f.eachFileRecurse(c)
        }
        null
    }

    static withWriter(self, Closure c) {
        def w = new StringWriter()
        def result = c.call(w)
        self.write(w.toString())
        result
    }

    static withWriterAppend(self, Closure c) {
        def w = new StringWriter()
        def result = c.call(w)
        self.append(w.toString())
        result
    }

    static withPrintWriter(self, Closure c) {
        self.withWriter(c)
    }
}
