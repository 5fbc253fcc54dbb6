using System.Numerics;
using Everturn.Activities;
using Everturn.Dialogs.Prompts;

namespace Everturn.Dialogs.Flows;

/// <summary>Which prompt asks for which type.</summary>
internal static class FlowQuestions
{
    private const string Id = "question";

    public static FlowOperation<T> For<T>(PromptOptions options, string? locale, Func<T, bool>? validate, TimeSpan? timeout, string name)
    {
        object operation = default(T) switch
        {
            bool => Ask(validator => new ConfirmPrompt(Id, validator, locale), "ask yes or no", (bool value) => (bool?)value),
            byte => Number<byte>(),
            sbyte => Number<sbyte>(),
            short => Number<short>(),
            ushort => Number<ushort>(),
            int => Number<int>(),
            uint => Number<uint>(),
            long => Number<long>(),
            ulong => Number<ulong>(),
            Half => Number<Half>(),
            float => Number<float>(),
            double => Number<double>(),
            decimal => Number<decimal>(),
            DateOnly => Ask(validator => new DateTimePrompt(Id, validator, locale), "ask date", (DateTimeResolution value) => value.Time is null ? value.Date : null),
            TimeOnly => Ask(validator => new DateTimePrompt(Id, validator, locale), "ask time", (DateTimeResolution value) => value.Date is null ? value.Time : null),
            DateTime => Ask(validator => new DateTimePrompt(Id, validator, locale), "ask date and time", (DateTimeResolution value) => value.Time is null ? null : value.DateTime),
            _ when typeof(T) == typeof(string) => AskReference<string>(validator => new TextPrompt(Id, validator), "ask text"),
            _ when typeof(T) == typeof(List<Attachment>) => AskReference<List<Attachment>>(validator => new AttachmentPrompt(Id, validator), "ask files"),
            _ when typeof(T) == typeof(DateTimeResolution) => AskReference<DateTimeResolution>(validator => new DateTimePrompt(Id, validator, locale), "ask moment"),
            _ => throw new NotSupportedException(
                $"ET1116: there is no question for a {typeof(T)}. Ask for a text, number, bool, date, time or files, none of them nullable, or hand AskAsync a prompt of yours."),
        };
        return (FlowOperation<T>)operation;

        AskOperation<TNumber, TNumber> Number<TNumber>()
            where TNumber : struct, INumber<TNumber> =>
            Ask(validator => new NumberPrompt<TNumber>(Id, validator, locale), "ask number", (TNumber value) => (TNumber?)value);

        AskOperation<TPrompt, TValue> Ask<TPrompt, TValue>(Func<PromptValidator<TPrompt>, Prompt<TPrompt>> make, string kind, Func<TPrompt, TValue?> convert)
            where TValue : struct => new(
                make((prompt, _) => Task.FromResult(
                    prompt.Recognized is { Succeeded: true, Value: { } value } && convert(value) is { } found && IsGood((T)(object)found))),
                options,
                value => convert(value)!.Value,
                timeout,
                kind,
                name);

        AskOperation<TValue, TValue> AskReference<TValue>(Func<PromptValidator<TValue>, Prompt<TValue>> make, string kind)
            where TValue : class => new(
                make((prompt, _) => Task.FromResult(prompt.Recognized is { Succeeded: true, Value: { } value } && IsGood((T)(object)value))),
                options,
                value => value,
                timeout,
                kind,
                name);

        bool IsGood(T value) => validate?.Invoke(value) is not false;
    }
}
