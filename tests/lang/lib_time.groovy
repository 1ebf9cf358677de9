// ---- LocalDate
import java.time.LocalDate
import java.time.format.DateTimeFormatter
def d = LocalDate.of(2020, 1, 31)
println([d, d.plusMonths(1), d.minusDays(31), d.plusWeeks(1), d.plusYears(1), d.withDayOfMonth(1)])
println([d.year, d.monthValue, d.month, d.dayOfMonth, d.dayOfWeek, d.dayOfYear, d.isLeapYear(), d.lengthOfMonth()])
println d.format(DateTimeFormatter.ofPattern('dd.MM.yyyy EEE')) + ' ' + DateTimeFormatter.ISO_LOCAL_DATE.format(d) + ' ' + LocalDate.parse('02/03/2021', DateTimeFormatter.ofPattern('dd/MM/yyyy'))
println d.isBefore(LocalDate.of(2020, 2, 1)) + ' ' + (d == LocalDate.parse('2020-01-31')) + ' ' + (d < d.plusDays(1)) + ' ' + d.atStartOfDay() + ' ' + d.toEpochDay()
// expect: [2020-01-31, 2020-02-29, 2019-12-31, 2020-02-07, 2021-01-31, 2020-01-01]
// expect: [2020, 1, JANUARY, 31, FRIDAY, 31, true, 31]
// expect: 31.01.2020 Fri 2020-01-31 2021-03-02
// throws: MissingMethodException: No signature of method: java.lang.Boolean.plus() is applicable for argument types: (java.lang.String) values: [ ]
// ---- dates that are none
java.time.LocalDate.parse('x')
// throws: DateTimeParseException: Text 'x' could not be parsed at index 0
// ---- months that are none
java.time.LocalDate.of(2020, 13, 1)
// throws: DateTimeException: Invalid value for MonthOfYear (valid values 1 - 12): 13
// ---- LocalDateTime and zones
import java.time.*
def t = LocalDateTime.of(2020, 1, 1, 1, 2, 3)
println([t, t.plusHours(23), t.toLocalDate(), t.toLocalTime(), t.withHour(5), t.minusMinutes(3)])
println t.atZone(ZoneId.of('Asia/Shanghai')).toString() + ' ' + t.atZone(ZoneId.of('Asia/Shanghai')).toInstant()
println LocalDateTime.ofInstant(Instant.ofEpochMilli(0), ZoneId.of('UTC')).toString() + ' ' + LocalTime.of(10, 30)
// expect: [2020-01-01T01:02:03, 2020-01-02T00:02:03, 2020-01-01, 01:02:03, 2020-01-01T05:02:03, 2020-01-01T00:59:03]
// expect: 2020-01-01T01:02:03+08:00[Asia/Shanghai] 2019-12-31T17:02:03Z
// expect: 1970-01-01T00:00 10:30
// ---- Instant and Duration
import java.time.*
println([Instant.ofEpochMilli(1500), Instant.parse('2020-01-01T00:00:00Z').toEpochMilli(), Instant.ofEpochSecond(1).plusSeconds(59)])
println([Duration.ofMinutes(90), Duration.ofMillis(1500), Duration.between(Instant.ofEpochMilli(0), Instant.ofEpochMilli(61500)), Duration.ofSeconds(3661).toMinutes(), Duration.ofDays(2)])
println([java.time.temporal.ChronoUnit.DAYS.between(LocalDate.of(2020, 1, 1), LocalDate.of(2020, 3, 1)), Period.between(LocalDate.of(2020, 1, 1), LocalDate.of(2021, 2, 3))])
// expect: [1970-01-01T00:00:01.500Z, 1577836800000, 1970-01-01T00:01:00Z]
// expect: [PT1H30M, PT1.5S, PT1M1.5S, 61, PT48H]
// expect: [60, P1Y1M2D]
// ---- Calendar
def c = Calendar.getInstance(TimeZone.getTimeZone('UTC'))
c.time = new Date(0)
println([c.get(Calendar.YEAR), c.get(Calendar.MONTH), c.get(Calendar.DAY_OF_MONTH), c.get(Calendar.DAY_OF_WEEK), c[Calendar.DAY_OF_YEAR], c.timeInMillis])
c.add(Calendar.MONTH, 1)
c.add(Calendar.DAY_OF_MONTH, -1)
c.set(Calendar.HOUR_OF_DAY, 5)
println c.timeInMillis
// expect: [1970, 0, 1, 5, 1, 0]
// expect: 2610000000
// ---- TimeCategory
import groovy.time.TimeCategory
use(TimeCategory) {
    println((new Date(0) + 5.minutes).time)
    println(2.hours + 30.seconds)
    println new Date(3661000) - new Date(0)
}
// expect: 300000
// expect: 2 hours, 30.000 seconds
// expect: 1 hours, 1 minutes, 1.000 seconds
// ---- Optional
println([Optional.of(1), Optional.empty(), Optional.ofNullable(null).orElse(3), Optional.of(1).map { it + 1 }.get(), Optional.of(2).isPresent()])
// expect: [Optional[1], Optional.empty, 3, 2, true]
// ---- streams
import java.util.stream.Collectors
println([1, 2, 3].stream().filter { it > 1 }.map { it * 2 }.collect(Collectors.toList()))
println(['a', 'b'].stream().collect(Collectors.joining(', ', '<', '>')) + [3, 1].stream().sorted().findFirst().get() + [1, 2].stream().anyMatch { it == 2 } + [1, 2].stream().count())
println([1, 2, 3].stream().mapToInt { it }.sum())
// expect: [4, 6]
// expect: <a, b>1true2
// expect: 6
