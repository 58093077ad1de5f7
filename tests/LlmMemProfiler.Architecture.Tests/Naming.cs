namespace LlmMemProfiler.Architecture.Tests;

#pragma warning disable CA1812, CS0649 // they are there to be read, not to be run
internal class Base;

internal interface IFace;

internal sealed class Argument;

internal sealed class OfField;

internal sealed class OfProperty;

internal sealed class OfParameter;

internal sealed class OfLocal;

internal sealed class OfLambda;

internal sealed class OfIterator;

internal interface IConstraint;

internal sealed class OfTypeOf;

internal sealed class OfAttributeArgument;

internal sealed class OfCatch : Exception;

internal static class OfStatic
{
    public static int Number() => 1;
}

[AttributeUsage(AttributeTargets.Class)]
internal sealed class OfAttributeAttribute(Type type) : Attribute
{
    public Type Type => type;
}

[OfAttribute(typeof(OfAttributeArgument))]
internal sealed class Naming<T> : Base, IFace where T : IConstraint
{
    private readonly List<Argument[]> arguments = [];
    private readonly OfField? field;

    public OfProperty? Property { get; set; }

    public object Names(OfParameter parameter)
    {
        try
        {
            var local = new OfLocal();
            Func<object> lambda = () => new OfLambda();
            return new object[] { arguments, parameter, local, lambda, typeof(OfTypeOf), OfStatic.Number(), Iterator() };
        }
        catch (OfCatch)
        {
            return field!;
        }
    }

    private static IEnumerable<object> Iterator()
    {
        yield return new OfIterator();
    }
}
#pragma warning restore
