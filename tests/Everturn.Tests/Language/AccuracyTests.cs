using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Everturn.Language;
using Everturn.Language.Local;
using Everturn.Language.Projects;
using Everturn.Tests.Docs;

namespace Everturn.Tests.Language;

/// <summary>
/// How accurate the local recognizer is on what it has not learned from: the part of GeoBot's intents file that its hash keeps back.
/// The figures stand in docs/language.md.
/// </summary>
public sealed class AccuracyTests(ITestOutputHelper output)
{
    private static readonly LanguageProject Project = LanguageProject.Load(Path.Combine(DocumentationTests.Root, "samples", "GeoBot", "intents.json"));
    private static readonly ProjectUtterance[] Learned = [.. Project.Utterances.Where(utterance => !utterance.IsTest)];
    private static readonly ProjectUtterance[] HeldOut = [.. Project.Utterances.Where(utterance => utterance.IsTest)];

    [Fact]
    public void Held_out_part_is_chosen_by_hash_alone()
    {
        Assert.All(Project.Utterances, utterance => Assert.Equal(SHA256.HashData(Encoding.UTF8.GetBytes(utterance.Text))[0] % 4 == 0, utterance.IsTest));
        Assert.Equal(Project.Utterances.Count, Project.Utterances.Select(utterance => utterance.Text.ToUpperInvariant()).Distinct(StringComparer.Ordinal).Count());
        Assert.True(Project.Intents.Count >= 12 && Project.Utterances.Count >= 300);
    }

    [Fact]
    public async Task Local_recognizer_is_far_better_than_a_majority_and_a_keyword_baseline()
    {
        var answers = await AnswerAsync(new(Project));

        var majority = Learned.GroupBy(utterance => utterance.Intent, StringComparer.Ordinal).MaxBy(intent => intent.Count())!.Key;
        var keywords = new KeywordBaseline(Learned);
        var local = Share(answers, IsRight);
        var byMajority = Share(HeldOut, utterance => utterance.Intent == majority);
        var byKeyword = Share(HeldOut, utterance => keywords.IntentOf(utterance.Text) == utterance.Intent);
        (ProjectUtterance Said, RecognizerResult Heard)[] inScope = [.. answers.Where(answer => answer.Said.Intent != RecognizerResult.NoIntent)];
        (ProjectUtterance Said, RecognizerResult Heard)[] outOfScope = [.. answers.Except(inScope)];
        var right = Share(inScope, IsRight);
        var asked = Share(inScope, answer => answer.Heard.TopIntent == RecognizerResult.NoIntent);
        var none = Share(outOfScope, answer => answer.Heard.TopIntent == RecognizerResult.NoIntent);
        var (precision, recall) = Entities(answers);

        Print($"{Project.Intents.Count} intents, {Learned.Length} utterances learned, {HeldOut.Length} held out");
        Print($"| always {majority} | {byMajority:P0} |");
        Print($"| keywords | {byKeyword:P0} |");
        Print($"| local recognizer | {local:P0} |");
        Print($"| learned from every second utterance alone | {Share(await AnswerAsync(new(Project with { Utterances = [.. Learned.Where((_, at) => at % 2 == 0)] })), IsRight):P0} |");
        Print($"| within the intents ({inScope.Length}): right, None, wrong | {right:P0}, {asked:P0}, {1 - right - asked:P0} |");
        Print($"| out of scope ({outOfScope.Length}): None | {none:P0} |");
        foreach (var language in answers.GroupBy(answer => answer.Said.Language, StringComparer.Ordinal))
        {
            Print($"| {language.Key} ({language.Count()}) | {Share([.. language], IsRight):P0} |");
        }

        Print($"| learned entities, exact: precision, recall | {precision:P0}, {recall:P0} |");
        foreach (var group in answers.GroupBy(answer => Math.Min(4, (int)(answer.Heard.Intents[0].Score * 5))).OrderBy(group => group.Key))
        {
            Print($"| best score from {group.Key / 5.0:0.0} ({group.Count()}): that intent was right | {Share([.. group], answer => answer.Heard.Intents[0].Name == answer.Said.Intent):P0} |");
        }

        Assert.True(local >= 0.65, $"{local:P1}");
        Assert.True(local >= byKeyword + 0.1, $"{local:P1} to {byKeyword:P1}");
        Assert.True(byKeyword > byMajority, "the keyword baseline is a serious one");
        Assert.True(none >= 0.6, $"{none:P1}");
        Assert.True(1 - right - asked <= 0.25, $"{1 - right - asked:P1}");
        Assert.True(precision >= 0.65 && recall >= 0.55, $"{precision:P1} {recall:P1}");
    }

    [Fact]
    public void Learning_takes_well_under_a_second_and_little_memory()
    {
        ProjectUtterance[] many = [.. Enumerable.Range(0, 3000).Select(at => Learned[at % Learned.Length] is var known && at < Learned.Length
            ? known
            : known with { Text = string.Create(CultureInfo.InvariantCulture, $"{known.Text} v{at / Learned.Length}{known.Intent}"), Entities = [] })];
        _ = new LocalRecognizer(Project);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var begun = Environment.CpuUsage.TotalTime;
        var small = new LocalRecognizer(Project);
        var learned = Environment.CpuUsage.TotalTime - begun;
        begun = Environment.CpuUsage.TotalTime;
        var large = new LocalRecognizer(Project with { Utterances = many });
        var learnedMany = Environment.CpuUsage.TotalTime - begun;
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;

        Print($"{Learned.Length} utterances in {learned.TotalMilliseconds:0} ms, {many.Length} in {learnedMany.TotalMilliseconds:0} ms of processor time; both recognizers {bytes / 1048576.0:0.0} MiB");
        // Generous: other tests of this process run beside this one, and count.
        Assert.True(learned < TimeSpan.FromSeconds(10) && learnedMany < TimeSpan.FromSeconds(30), $"{learned} {learnedMany}");
        Assert.True(bytes < 64 * 1024 * 1024, $"{bytes} bytes");
        GC.KeepAlive(small);
        GC.KeepAlive(large);
    }

    private static async Task<List<(ProjectUtterance Said, RecognizerResult Heard)>> AnswerAsync(LocalRecognizer recognizer)
    {
        var answers = new List<(ProjectUtterance, RecognizerResult)>();
        foreach (var utterance in HeldOut) answers.Add((utterance, await recognizer.RecognizeAsync(utterance.Text, utterance.Language)));
        return answers;
    }

    private static bool IsRight((ProjectUtterance Said, RecognizerResult Heard) answer) => answer.Heard.TopIntent == answer.Said.Intent;

    private static double Share<T>(IReadOnlyCollection<T> all, Func<T, bool> chosen) => (double)all.Count(chosen) / all.Count;

    private static (double Precision, double Recall) Entities(IReadOnlyList<(ProjectUtterance Said, RecognizerResult Heard)> answers)
    {
        var taught = Learned.SelectMany(utterance => utterance.Entities).Select(span => span.Category).ToHashSet(StringComparer.Ordinal);
        var (found, labelled, both) = (0, 0, 0);
        foreach (var (said, heard) in answers)
        {
            var spans = heard.Entities.Where(entity => taught.Contains(entity.Category)).Select(entity => new ProjectSpan(entity.Category, entity.Offset, entity.Length)).ToArray();
            found += spans.Length;
            labelled += said.Entities.Count;
            both += spans.Intersect(said.Entities).Count();
        }

        return ((double)both / found, (double)both / labelled);
    }

    private void Print(FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
