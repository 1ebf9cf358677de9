// java.util.stream, Comparator and Optional with closures; File's methods that take closures. A stream is a list
// under another class, evaluated at each step: nothing is lazy, so peek() sees all elements before the next step
// sees one. Streams of ints are no others: their max() gives an Optional that also knows getAsInt(). An endless
// stream is EndlessStream (classes/java_util_stream.groovy) until limit() ends it.

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

    static collect(self, Map collector) {
        collector.collector.call(self.toList())
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

    static reduce(self, Closure c) {
        def items = self.toList()
        items ? Optional.of(items.inject(c)) : Optional.empty()
    }

    static boxed(self) {
        self
    }

    static mapToLong(self, Closure c) { self.map(c) }

    static mapToDouble(self, Closure c) { self.map { c.call(it) as double } }

    static asDoubleStream(self) { self.map { it as double } }

    static asLongStream(self) { self.map { it as long } }

    static sorted(self, Comparator c) { self.sorted { a, b -> c.compare(a, b) } }

    static forEachOrdered(self, Closure c) { self.forEach(c) }

    static takeWhile(self, Closure c) { self.toList().takeWhile(c).stream() }

    static dropWhile(self, Closure c) { self.toList().dropWhile(c).stream() }

    static sum(self) { self.toList().sum(0) }

    static average(self) {
        def items = self.toList()
        items ? Optional.of(items.sum() / (double) items.size()) : Optional.empty()
    }

    static max(self) { Optional.ofNullable(self.toList().max()) }

    static min(self) { Optional.ofNullable(self.toList().min()) }

    static max(self, c) { Optional.ofNullable(self.toList().max { a, b -> (c as Comparator).compare(a, b) }) }

    static min(self, c) { Optional.ofNullable(self.toList().min { a, b -> (c as Comparator).compare(a, b) }) }

    static parallel(self) { self }

    static sequential(self) { self }

    static unordered(self) { self }

    static isParallel(self) { false }

    static close(self) { null }
}

class StreamStatics {
    static iterate(seed, Closure c) {
        boolean first = true
        new java.util.stream.EndlessStream({ ->
            if (first) first = false
            else seed = c.call(seed)
            seed
        })
    }

    static iterate(seed, Closure goesOn, Closure c) {
        def items = []
        for (def x = seed; goesOn.call(x); x = c.call(x)) items.add(x)
        items.stream()
    }

    static generate(Closure c) { new java.util.stream.EndlessStream(c) }

    static concat(a, b) { (a.toList() + b.toList()).stream() }

    static empty() { [].stream() }

    static ofNullable(x) { (x == null ? [] : [x]).stream() }
}

class IntStreamStatics {
    static rangeClosed(int from, int to) { (from <= to ? (from..to) : []).stream() }

    static iterate(seed, Closure c) { java.util.stream.Stream.iterate(seed, c) }
}

// A Collector is a map of one closure, which makes the result of the list of elements. (A map, since
// collect(Closure) is Groovy's own.)
class CollectorsStatics {
    static make(Closure c) { [collector: c] }

    static result(Map collector, List items) { collector.collector.call(items) }

    static toList() { make { it } }

    static toUnmodifiableList() { make { it.asImmutable() } }

    static toSet() { make { it.toSet() } }

    static toCollection(Closure supplier) {
        make { items ->
            def all = supplier.call()
            all.addAll(items)
            all
        }
    }

    static joining(by = '', prefix = '', suffix = '') { make { prefix + it.join(by.toString()) + suffix } }

    static counting() { make { it.size() as long } }

    static toMap(Closure key, Closure value) {
        make { items ->
            def all = new HashMap()
            for (x in items) {
                def k = key.call(x), v = value.call(x)
                if (all.containsKey(k))
                    throw new IllegalStateException("Duplicate key $k (attempted merging values ${all.get(k)} and $v)")
                all.put(k, v)
            }
            all
        }
    }

    static toMap(Closure key, Closure value, Closure merge, Closure supplier = { new HashMap() }) {
        make { items ->
            def all = supplier.call()
            for (x in items) {
                def k = key.call(x), v = value.call(x)
                all.put(k, all.containsKey(k) ? merge.call(all.get(k), v) : v)
            }
            all
        }
    }

    static groupingBy(Closure key) { groupingBy(key, { new HashMap() }, toList()) }

    static groupingBy(Closure key, Map down) { groupingBy(key, { new HashMap() }, down) }

    static groupingBy(Closure key, Closure supplier, Map down) {
        make { items ->
            def all = supplier.call()
            for (e in items.groupBy(key)) all.put(e.key, result(down, e.value))
            all
        }
    }

    static partitioningBy(Closure test) { partitioningBy(test, toList()) }

    static partitioningBy(Closure test, Map down) {
        make { items ->
            def (yes, no) = items.split(test)
            [(false): result(down, no), (true): result(down, yes)]
        }
    }

    static mapping(Closure c, Map down) { make { result(down, it.collect(c)) } }

    static filtering(Closure c, Map down) { make { result(down, it.findAll(c)) } }

    static flatMapping(Closure c, Map down) { make { items -> result(down, items.collectMany { c.call(it).toList() }) } }

    static collectingAndThen(Map down, Closure c) { make { c.call(result(down, it)) } }

    static reducing(initial, Closure c) { make { it.inject(initial, c) } }

    static reducing(Closure c) { make { it.stream().reduce(c) } }

    static minBy(c) { make { it.stream().min(c) } }

    static maxBy(c) { make { it.stream().max(c) } }

    static summingInt(Closure c) { make { it.sum(0, c) } }

    static summingLong(Closure c) { make { it.sum(0L, c) } }

    static summingDouble(Closure c) { make { it.sum(0d, c) } }

    static averagingInt(Closure c) { make { it ? it.sum(c) / (double) it.size() : 0d } }

    static averagingLong(Closure c) { averagingInt(c) }

    static averagingDouble(Closure c) { averagingInt(c) }
}

// A comparator made here is a closure of two parameters, which is what sort() and its kin take as one, too.
class ComparatorStatics {
    static naturalOrder() { { a, b -> a <=> b } as Comparator }

    static reverseOrder() { { a, b -> b <=> a } as Comparator }

    static comparing(Closure key) { { a, b -> key.call(a) <=> key.call(b) } as Comparator }

    static comparing(Closure key, order) { { a, b -> (order as Comparator).compare(key.call(a), key.call(b)) } as Comparator }

    static comparingInt(Closure key) { comparing(key) }

    static comparingLong(Closure key) { comparing(key) }

    static comparingDouble(Closure key) { comparing(key) }

    static nullsFirst(order) { nulls(order, -1) }

    static nullsLast(order) { nulls(order, 1) }

    static nulls(order, int sign) {
        { a, b -> a == null || b == null ? ((a == null ? 1 : 0) - (b == null ? 1 : 0)) * sign : order == null ? 0 : (order as Comparator).compare(a, b) } as Comparator
    }

    static reversed(order) { { a, b -> (order as Comparator).compare(b, a) } as Comparator }

    static then(order, next) { { a, b -> (order as Comparator).compare(a, b) ?: (next as Comparator).compare(a, b) } as Comparator }
}

class ComparatorMethods {
    static reversed(self) { Comparator.reversed(self) }

    static thenComparing(self, Closure c) { Comparator.then(self, c.maximumNumberOfParameters == 1 ? Comparator.comparing(c) : c) }

    static thenComparing(self, Comparator c) { Comparator.then(self, c) }

    static thenComparing(self, Closure key, order) { Comparator.then(self, Comparator.comparing(key, order)) }

    static thenComparingInt(self, Closure key) { self.thenComparing(key) }
}

class EntryStatics {
    static comparingByKey() { { a, b -> a.key <=> b.key } as Comparator }

    static comparingByValue() { { a, b -> a.value <=> b.value } as Comparator }

    static comparingByKey(order) { { a, b -> (order as Comparator).compare(a.key, b.key) } as Comparator }

    static comparingByValue(order) { { a, b -> (order as Comparator).compare(a.value, b.value) } as Comparator }
}

class StringStatics {
    static getCASE_INSENSITIVE_ORDER() { { a, b -> a.compareToIgnoreCase(b) } as Comparator }
}

class IteratorMethods {
    static forEachRemaining(self, Closure c) {
        for (x in self) c.call(x)
        null
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

    static orElseThrow(self) { self.get() }

    static flatMap(self, Closure c) { self.isPresent() ? c.call(self.get()) : self }

    static or(self, Closure c) { self.isPresent() ? self : c.call() }

    static stream(self) { java.util.stream.Stream.ofNullable(self.orElse(null)) }

    static ifPresentOrElse(self, Closure c, Closure other) {
        if (self.isPresent()) c.call(self.get())
        else other.call()
        null
    }

    static equals(self, o) { o instanceof Optional && self.orElse(null) == o.orElse(null) }

    static getAsInt(self) { self.get() }

    static getAsLong(self) { self.get() }

    static getAsDouble(self) { self.get() }
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
